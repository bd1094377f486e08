//! A small proxy that runs the filter as Envoy does, so that it can be tried, and held by the same
//! tests as the other recipes: natively, or as WebAssembly if a third argument names that file.
//!
//! It has one application behind it, of its own.

#[path = "../../hyper/src/app.rs"]
mod app;
mod host;

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

use host::machine::WebAssembly;
use host::native::Native;
use host::{Headers, Host};

async fn serve(host: Host, request: Request<Incoming>) -> Result<Response<app::Body>, Infallible> {
    let mut headers = Headers::from([
        (":method".to_owned(), request.method().as_str().into()),
        (":path".to_owned(), request.uri().path().into()),
    ]);
    headers.extend(pairs(request.headers()));
    let stream = host.stream();
    let response = match stream.on_request_headers(headers) {
        // As Envoy does, the filter is asked about its own answer, too.
        Some(local) => response_of(local.status, &local.headers),
        None => app::handle(&request),
    };
    let (mut parts, body) = response.into_parts();
    let mut headers = Headers::from([(":status".to_owned(), parts.status.as_str().into())]);
    headers.extend(pairs(&parts.headers));
    parts.headers = map_of(&stream.on_response_headers(headers));
    Ok(Response::from_parts(parts, body))
}

fn response_of(status: u32, headers: &Headers) -> Response<app::Body> {
    let mut response = Response::new(Full::default());
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = map_of(headers);
    response
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
}

/// Without the pseudo-headers.
fn map_of(headers: &Headers) -> HeaderMap {
    let header = |(name, value): &(String, Vec<u8>)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_bytes(value).ok()?))
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().filter_map(header) {
        map.append(name, value);
    }
    map
}

// One thread, as a WebAssembly machine has.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command_line = kit::CommandLine::read();
    let configuration = std::fs::read(&command_line.policy_file)?;
    let host = match command_line.rest.first() {
        None => Host::start(Native::new(), configuration),
        Some(file) => match WebAssembly::load(file.as_ref()) {
            Ok(machine) => Host::start(machine, configuration),
            Err(error) => kit::give_up(&format!(
                "{file} cannot be run: {error}; recipes/proxy-wasm/build.sh makes one that can"
            )),
        },
    };
    let Some(host) = host else { kit::give_up("the filter refuses its configuration") };
    let listener = TcpListener::from_std(command_line.listen())?;
    LocalSet::new().run_until(accept(host, listener)).await?;
    Ok(())
}

async fn accept(host: Host, listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let host = host.clone();
        spawn_local(async move {
            let service = service_fn(|request| serve(host.clone(), request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}
