//! actix-cors around an application that answers 200.
//!
//! Origins are given to `allowed_origin`, a pattern to `allowed_origin_fn` with an anchored regular
//! expression. `*` is `allow_any_origin`, with `send_wildcard` where there are no credentials;
//! `allow_any_method` and `allow_any_header`, which mirror. A byte that `http::HeaderValue` cannot hold
//! never reaches the middleware.

use std::io;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use adaptor_protocol::{
    About, Answer, Policy, Refused, Request, as_regex, handler_runs, is_exact, locked_version, run,
    status_without_handler,
};

fn main() -> io::Result<()> {
    let about = About {
        name: "actix-cors",
        version: locked_version("actix-cors"),
        homepage: "https://crates.io/crates/actix-cors",
        profile: None,
    };
    let runtime = actix_web::rt::System::new();
    run(
        &about,
        // What it refuses, it refuses when the application starts.
        |policy: &Policy| runtime.block_on(start(policy.clone())),
        |server, request| server(&runtime, request),
    )
}

/// Asks an application that has started.
type Server = Box<dyn Fn(&actix_web::rt::SystemRunner, &Request) -> Result<Answer, Refused>>;

async fn start(policy: Policy) -> Result<Server, Refused> {
    let handler = || async {
        handler_runs();
        HttpResponse::Ok().finish()
    };
    let app = App::new().wrap(middleware(&policy)?).default_service(web::to(handler));
    let service = init_service(app).await;
    Ok(Box::new(move |runtime, request| {
        let request = message(request)?.to_request();
        Ok(match runtime.block_on(service.call(request)) {
            Ok(response) => answer(&response),
            Err(error) => answer(&ServiceResponse::new(
                TestRequest::default().to_http_request(),
                error.error_response(),
            )),
        })
    }))
}

fn middleware(policy: &Policy) -> Result<Cors, Refused> {
    policy.has_only_common_fields(200)?;
    let mut cors = Cors::default();
    if policy.is_any_origin() {
        cors = cors.allow_any_origin();
        if !policy.allow_credentials {
            cors = cors.send_wildcard();
        }
    } else {
        for origin in &policy.allow_origins {
            if is_exact(origin) || origin == "*" {
                cors = cors.allowed_origin(origin);
            } else {
                let pattern = as_regex(origin).ok_or_else(|| Refused::skip("no such wildcard"))?;
                cors = cors.allowed_origin_fn(move |origin, _| pattern.is_match(origin.as_bytes()));
            }
        }
    }
    cors = if policy.is_any_method() {
        cors.allow_any_method()
    } else {
        cors.allowed_methods(policy.methods())
    };
    cors = if policy.is_any_header() {
        cors.allow_any_header()
    } else {
        cors.allowed_headers(&policy.allow_headers)
    };
    if policy.exposes_any() {
        return Err(Refused::skip(
            "expose_any_header lists the names on the response, and the handler here sets none",
        ));
    }
    if !policy.expose_headers.is_empty() {
        cors = cors.expose_headers(&policy.expose_headers);
    }
    if policy.allow_credentials {
        cors = cors.supports_credentials();
    }
    if policy.allow_private_network {
        cors = cors.allow_private_network_access();
    }
    let seconds = policy.max_age.map(usize::try_from).transpose();
    let seconds = seconds.map_err(|error| Refused::policy(error.to_string()))?;
    Ok(cors.max_age(seconds))
}

fn message(request: &Request) -> Result<TestRequest, Refused> {
    let cannot = |error: &dyn std::fmt::Display| {
        Refused::skip(format!("actix_http::Request cannot hold it: {error}"))
    };
    let method = Method::from_bytes(&request.method).map_err(|error| cannot(&error))?;
    let mut message = TestRequest::default().method(method);
    for (name, value) in request.fields() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| cannot(&error))?;
        let value = HeaderValue::from_bytes(value).map_err(|error| cannot(&error))?;
        message = message.append_header((name, value));
    }
    Ok(message)
}

fn answer(response: &ServiceResponse<impl MessageBody>) -> Answer {
    let headers = response.headers().iter();
    Answer {
        status: status_without_handler(response.status().as_u16()),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        ..Answer::default()
    }
}
