//! corsac in a server of hyper alone.
//!
//! Two steps around the handler: before it, decide, and answer a preflight; after it, put the
//! decision on whatever response came of it.

use std::convert::Infallible;

use corsac::Policy;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, HeaderName, LOCATION, VARY};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

type Body = Full<Bytes>;

/// CORS stands before everything else, routing and authentication too: a preflight has neither a
/// route nor credentials. And it comes after everything else, so that errors carry it too.
async fn serve(policy: Policy, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let fields = {
        let cors = corsac::Request::from_http(request.method(), request.headers());
        let decision = policy.evaluate(&cors);
        kit::log(&decision);
        if let Some(preflight) = decision.preflight_response() {
            return Ok(preflight);
        }
        // To answer 403 to a refused request instead of handling it, ask
        // `decision.is_allowed()` here. Mind that same-origin requests carry an `Origin` too.
        decision.to_response_fields()
    };
    let mut response = handle(&request).unwrap_or_else(|error| error_response(&error));
    fields.apply(response.headers_mut());
    Ok(response)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let command_line = kit::CommandLine::read();
    let listener = TcpListener::from_std(command_line.listen())?;
    loop {
        let (stream, _) = listener.accept().await?;
        let policy = command_line.policy.clone(); // a counted reference
        tokio::spawn(async move {
            let service = service_fn(|request| serve(policy.clone(), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}

// The application, which knows nothing of CORS.

fn handle(request: &Request<Incoming>) -> Result<Response<Body>, String> {
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

fn secret(request: &Request<Incoming>) -> Response<Body> {
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
    response.headers_mut().append(name, hyper::header::HeaderValue::from_static(value));
    response
}
