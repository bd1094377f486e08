//! poem's `Cors` around an endpoint that answers 200.
//!
//! Origins are given to `allow_origin`, and a pattern as it stands to `allow_origin_regex`, whose
//! documentation uses such globs. `*` is what it does when it is given nothing. With no `max_age` it sends
//! 86400, and nothing turns that off. A byte that `http::HeaderValue` cannot hold never reaches it.

use std::io;

use adaptor_protocol::{
    About, Answer, Policy, Refused, Request, handler_runs, is_exact, locked_version, run,
    status_without_handler,
};
use futures_util::FutureExt;
use poem::endpoint::{BoxEndpoint, make_sync};
use poem::http::Method;
use poem::middleware::Cors;
use poem::{Endpoint, EndpointExt, Response};

fn main() -> io::Result<()> {
    let about = About {
        name: "poem",
        version: locked_version("poem"),
        homepage: "https://crates.io/crates/poem",
        profile: None,
    };
    run(&about, define, evaluate)
}

fn define(policy: &Policy) -> Result<BoxEndpoint<'static>, Refused> {
    policy.has_only_common_fields(200)?;
    if policy.allow_private_network {
        return Err(Refused::skip("no Private Network Access"));
    }
    let mut cors = Cors::new().allow_credentials(policy.allow_credentials);
    if !policy.is_any_origin() {
        for origin in &policy.allow_origins {
            cors = if is_exact(origin) {
                cors.allow_origin(origin)
            } else {
                cors.allow_origin_regex(origin)
            };
        }
    }
    if !policy.is_any_method() {
        for method in policy.methods() {
            let method = Method::from_bytes(method.as_bytes());
            cors = cors.allow_method(method.map_err(|error| Refused::policy(error.to_string()))?);
        }
    }
    if !policy.is_any_header() {
        cors = cors.allow_headers(&policy.allow_headers);
    }
    cors = cors.expose_headers(&policy.expose_headers);
    if let Some(seconds) = policy.max_age {
        let seconds = i32::try_from(seconds);
        cors = cors.max_age(seconds.map_err(|error| Refused::policy(error.to_string()))?);
    }
    let handler = make_sync(|_| {
        handler_runs();
        Response::builder().finish()
    });
    Ok(handler.with(cors).map_to_response().boxed())
}

fn evaluate(endpoint: &BoxEndpoint<'static>, request: &Request) -> Result<Answer, Refused> {
    let response = endpoint.get_response(message(request)?).now_or_never();
    let response = response.ok_or_else(|| Refused::skip("the endpoint waits for something"))?;
    let headers = response.headers().iter();
    Ok(Answer {
        status: status_without_handler(response.status().as_u16()),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        ..Answer::default()
    })
}

fn message(request: &Request) -> Result<poem::Request, Refused> {
    let cannot = |error: &dyn std::fmt::Display| {
        Refused::skip(format!("http::Request cannot hold it: {error}"))
    };
    let method = Method::from_bytes(&request.method).map_err(|error| cannot(&error))?;
    let mut message = poem::Request::default();
    message.set_method(method);
    for (name, value) in request.fields() {
        let name: poem::http::HeaderName =
            name.parse().map_err(|error: poem::http::header::InvalidHeaderName| cannot(&error))?;
        let value = poem::http::HeaderValue::from_bytes(value).map_err(|error| cannot(&error))?;
        message.headers_mut().append(name, value);
    }
    Ok(message)
}
