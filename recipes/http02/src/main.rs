//! corsac in a server that is still on `http` 0.2: hyper 0.14.
//!
//! The adapter is for `http` 1, so the request is read and the decision applied by names and
//! values. Any other server, of whatever types, does the same.

use std::convert::Infallible;

use corsac::{OWNED_FIELDS, Policy, missing_from_vary};
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, VARY};
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Method, Request, Response, Server, StatusCode};

/// CORS stands before everything else, routing and authentication too: a preflight has neither a
/// route nor credentials. And it comes after everything else, so that errors carry it too.
async fn serve(policy: Policy, request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let cors = corsac::Request::from_fields(request.method().as_str(), request.headers());
    let decision = policy.evaluate(&cors);
    kit::log(&decision);
    let mut response = match decision.status() {
        Some(preflight) => answer(preflight, ""),
        None => handle(&request),
    };
    apply(&decision, response.headers_mut());
    Ok(response)
}

/// Nobody else's grants stay, ours are put there, and `Vary` is merged.
fn apply(decision: &corsac::Decision<'_>, headers: &mut HeaderMap) {
    for name in OWNED_FIELDS {
        headers.remove(name);
    }
    for field in decision.fields() {
        if field.is_vary() {
            let there = || headers.get_all(VARY).iter().map(HeaderValue::as_bytes);
            let missing: Vec<_> = missing_from_vary(there, field.value()).collect();
            if let (false, Ok(value)) =
                (missing.is_empty(), HeaderValue::from_bytes(&missing.join(&b", "[..])))
            {
                headers.append(VARY, value);
            }
        } else if let Ok(value) = HeaderValue::from_bytes(field.value()) {
            headers.append(HeaderName::from_static(field.name()), value);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command_line = kit::CommandLine::read();
    let server = Server::from_tcp(command_line.listen())?;
    let make_service = make_service_fn(|_| {
        let policy = command_line.policy.clone(); // a counted reference
        async move { Ok::<_, Infallible>(service_fn(move |request| serve(policy.clone(), request))) }
    });
    Ok(server.serve(make_service).await?)
}

// The application, which knows nothing of CORS.

fn handle(request: &Request<Body>) -> Response<Body> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/things") => {
            with(answer(200, "things"), &[("vary", "Accept-Encoding"), ("x-request-id", "1")])
        }
        (&Method::OPTIONS, "/things") => answer(200, "options"),
        (&Method::PUT | &Method::DELETE, "/things/1") => answer(200, "done"),
        (&Method::GET | &Method::PUT, "/secret") => match request.headers().get(AUTHORIZATION) {
            Some(token) if token == "Bearer sesame" => answer(200, "secret"),
            _ => answer(401, "who are you?"),
        },
        (&Method::GET, "/moved") => with(answer(307, ""), &[("location", "/things")]),
        (&Method::GET, "/fail") => answer(500, "internal server error"),
        (&Method::GET, "/foreign") => foreign(),
        _ => answer(404, "not found"),
    }
}

/// A handler with opinions of its own about CORS, all of them wrong. None gets through.
fn foreign() -> Response<Body> {
    let headers = [
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "*"),
        ("access-control-max-age", "86400"),
        ("vary", "Accept-Encoding, Origin"),
    ];
    with(answer(200, "foreign"), &headers)
}

fn answer(status: u16, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    response
}

fn with(mut response: Response<Body>, headers: &[(&'static str, &'static str)]) -> Response<Body> {
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        response.headers_mut().append(name, HeaderValue::from_static(value));
    }
    response
}
