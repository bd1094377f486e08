//! The application, which knows nothing of CORS.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue, LOCATION, VARY};
use hyper::{Method, Request, Response, StatusCode};

pub type Body = Full<Bytes>;

pub fn handle<B>(request: &Request<B>) -> Response<Body> {
    route(request).unwrap_or_else(|error| error_response(&error))
}

fn route<B>(request: &Request<B>) -> Result<Response<Body>, String> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/things") => Ok(things()),
        (&Method::OPTIONS, "/things") => Ok(text(StatusCode::OK, "options")),
        (&Method::PUT | &Method::DELETE, "/things/1") => Ok(text(StatusCode::OK, "done")),
        (&Method::GET | &Method::PUT, "/secret") => Ok(secret(request)),
        (&Method::GET, "/moved") => {
            Ok(with(text(StatusCode::TEMPORARY_REDIRECT, ""), LOCATION, "/things"))
        }
        (&Method::GET, "/fail") => Err("the database is gone".to_owned()),
        (&Method::GET, "/foreign") => Ok(foreign()),
        _ => Ok(text(StatusCode::NOT_FOUND, "not found")),
    }
}

fn error_response(error: &str) -> Response<Body> {
    eprintln!("500: {error}");
    text(StatusCode::INTERNAL_SERVER_ERROR, "internal server error")
}

fn things() -> Response<Body> {
    let response = with(text(StatusCode::OK, "things"), VARY, "Accept-Encoding");
    with(response, HeaderName::from_static("x-request-id"), "1")
}

fn secret<B>(request: &Request<B>) -> Response<Body> {
    match request.headers().get(AUTHORIZATION) {
        Some(value) if value == "Bearer sesame" => text(StatusCode::OK, "secret"),
        _ => text(StatusCode::UNAUTHORIZED, "who are you?"),
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
    headers.into_iter().fold(text(StatusCode::OK, "foreign"), |response, (name, value)| {
        with(response, HeaderName::from_static(name), value)
    })
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response
}

fn with(mut response: Response<Body>, name: HeaderName, value: &'static str) -> Response<Body> {
    response.headers_mut().append(name, HeaderValue::from_static(value));
    response
}
