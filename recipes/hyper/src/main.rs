//! corsac in a server of hyper alone.
//!
//! Two steps around the handler: before it, decide, and answer a preflight; after it, put the
//! decision on whatever response came of it.

mod app;

use std::convert::Infallible;

use corsac::Policy;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// CORS stands before everything else, routing and authentication too: a preflight has neither a
/// route nor credentials. And it comes after everything else, so that errors carry it too.
async fn serve(
    policy: Policy,
    request: Request<Incoming>,
) -> Result<Response<app::Body>, Infallible> {
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
    let mut response = app::handle(&request);
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
