//! corsac in an actix-web application: a middleware of one function.
//!
//! actix-web's types are those of `http` 0.2, so the request is read and the decision applied by
//! names and values.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized, InternalError};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, Error, HttpResponse, HttpServer, Responder, web};
use corsac::{OWNED_FIELDS, Policy, missing_from_vary};

async fn cors(
    policy: web::Data<Policy>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (preflight, fields) = {
        let cors = corsac::Request::from_fields(request.method().as_str(), request.headers());
        let decision = policy.evaluate(&cors);
        kit::log(&decision);
        let fields = decision.fields().map(|field| (field.name(), field.value().to_vec()));
        (decision.status(), fields.collect::<Vec<_>>())
    };
    if let Some(status) = preflight {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        let mut response = HttpResponse::new(status);
        apply(&fields, response.headers_mut());
        return Ok(request.into_response(response));
    }
    match next.call(request).await {
        Ok(response) => {
            let mut response = response.map_into_boxed_body();
            apply(&fields, response.headers_mut());
            Ok(response)
        }
        // A middleware further in gave up. Its error becomes a response only outside of all
        // middleware, where nobody would put the decision on it: so it is made here.
        Err(error) => {
            let mut response = error.error_response();
            apply(&fields, response.headers_mut());
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// Nobody else's grants stay, ours are put there, and `Vary` is merged.
fn apply(fields: &[(&'static str, Vec<u8>)], headers: &mut HeaderMap) {
    for name in OWNED_FIELDS {
        headers.remove(name);
    }
    for (name, value) in fields {
        let name = HeaderName::from_static(name);
        if name == VARY {
            let there = || headers.get_all(VARY).map(HeaderValue::as_bytes);
            let missing: Vec<_> = missing_from_vary(there, value).collect();
            if let (false, Ok(value)) =
                (missing.is_empty(), HeaderValue::from_bytes(&missing.join(&b", "[..])))
            {
                headers.append(VARY, value);
            }
        } else if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let command_line = kit::CommandLine::read();
    let listener = command_line.listen();
    let policy = web::Data::new(command_line.policy);
    HttpServer::new(move || {
        App::new()
            .app_data(policy.clone())
            .configure(routes)
            // The last `wrap` is the outermost. Were authentication outside of CORS, it would
            // answer preflights 401, since they carry no credentials; and a page could not read
            // its errors.
            .wrap(from_fn(authenticate))
            .wrap(from_fn(cors))
    })
    .workers(2)
    .listen(listener)?
    .run()
    .await
}

// The application, which knows nothing of CORS.

fn routes(app: &mut web::ServiceConfig) {
    app.service(
        web::resource("/things")
            .route(web::get().to(things))
            .route(web::method(actix_web::http::Method::OPTIONS).to(async || "options")),
    )
    .service(
        web::resource("/things/{id}")
            .route(web::put().to(async || "done"))
            .route(web::delete().to(async || "done")),
    )
    .service(
        web::resource("/secret")
            .route(web::get().to(async || "secret"))
            .route(web::put().to(async || "secret")),
    )
    .service(web::redirect("/moved", "/things").using_status_code(StatusCode::TEMPORARY_REDIRECT))
    .route("/fail", web::get().to(fail))
    .route("/foreign", web::get().to(foreign));
}

async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let token = request.headers().get(AUTHORIZATION);
    if request.path() == "/secret" && token.is_none_or(|token| token != "Bearer sesame") {
        return Err(ErrorUnauthorized("who are you?"));
    }
    next.call(request).await
}

async fn things() -> impl Responder {
    HttpResponse::Ok()
        .append_header((VARY, "Accept-Encoding"))
        .append_header(("x-request-id", "1"))
        .body("things")
}

async fn fail() -> Result<HttpResponse, Error> {
    Err(ErrorInternalServerError("internal server error"))
}

/// A handler with opinions of its own about CORS, all of them wrong. None gets through.
async fn foreign() -> impl Responder {
    let mut response = HttpResponse::Ok();
    for header in [
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "*"),
        ("access-control-max-age", "86400"),
        ("vary", "Accept-Encoding, Origin"),
    ] {
        response.append_header(header);
    }
    response.body("foreign")
}
