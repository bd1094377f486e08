//! actix-cors, and the same policies in a middleware of actix-web.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service as _, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpResponse, test, web};
use corsac::{OWNED_FIELDS, Policy, Request};

use crate::{Answer, Question};

pub mod ours;
pub mod theirs;

/// Puts a decision on the responses of an actix-web application.
pub async fn cors<B: MessageBody + 'static>(
    policy: Policy,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let (status, fields) = {
        let fields = request.headers().iter();
        let fields = fields.map(|(name, value)| (name.as_str(), value.as_bytes()));
        let described = Request::from_fields(request.method().as_str(), fields);
        let decision = policy.evaluate(&described);
        let fields: Vec<_> = decision
            .fields()
            .filter_map(|field| Some((field.name(), HeaderValue::from_bytes(field.value()).ok()?)))
            .collect();
        (decision.status(), fields)
    };
    let mut response = match status {
        Some(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
            request.into_response(HttpResponse::new(status)).map_into_right_body()
        }
        None => next.call(request).await?.map_into_left_body(),
    };
    apply(fields, response.headers_mut());
    Ok(response)
}

fn apply(fields: Vec<(&'static str, HeaderValue)>, headers: &mut HeaderMap) {
    for name in OWNED_FIELDS {
        headers.remove(name);
    }
    for (name, value) in fields {
        headers.append(HeaderName::from_static(name), value);
    }
}

/// Puts a question to a handler that says 200, behind actix-cors.
pub async fn ask_theirs(cors: actix_cors::Cors, question: Question) -> Answer {
    let app = App::new().wrap(cors).default_service(web::to(HttpResponse::Ok));
    let service = test::init_service(app).await;
    answer(service.call(asked(question).to_request()).await)
}

/// The same, behind corsac.
pub async fn ask_ours(policy: Policy, question: Question) -> Answer {
    let app = App::new()
        .wrap(from_fn(move |request, next| cors(policy.clone(), request, next)))
        .default_service(web::to(HttpResponse::Ok));
    let service = test::init_service(app).await;
    answer(service.call(asked(question).to_request()).await)
}

fn asked(question: Question) -> test::TestRequest {
    let method = Method::from_bytes(question.method.as_bytes()).expect("it is a method");
    let mut request = test::TestRequest::default().method(method).uri("/things/1");
    for (name, value) in question.fields {
        request = request.append_header((name, value));
    }
    request
}

fn answer<B>(response: Result<ServiceResponse<B>, Error>) -> Answer {
    let response = response.expect("an error is a response by now");
    let fields = response.headers().iter();
    Answer::new(response.status().as_u16(), fields.map(|(name, value)| (name.as_str(), value)))
}
