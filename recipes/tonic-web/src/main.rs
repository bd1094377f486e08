//! corsac in front of gRPC-Web: the `tower` layer outside of tonic-web's.
//!
//! gRPC-Web is a POST with a `content-type` that needs a preflight, and its results come in headers
//! that script must be able to read. So the policy lists them: see `recipes/tonic-web/policies`.
//!
//! The service is gRPC's own health check.

use corsac::tower::CorsLayer;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Status};
use tonic_web::GrpcWebLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command_line = kit::CommandLine::read();
    let listener = TcpListener::from_std(command_line.listen())?;
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("things", tonic_health::ServingStatus::Serving).await;

    Server::builder()
        // gRPC-Web comes over HTTP/1.1 too.
        .accept_http1(true)
        // The first is the outermost. Inside of tonic-web, CORS would never see a preflight:
        // tonic-web knows nothing but POST, and answers 400 to the rest.
        .layer(CorsLayer::new(command_line.policy))
        .layer(GrpcWebLayer::new())
        // Authentication comes after, since a preflight carries no credentials.
        .layer(tonic::service::InterceptorLayer::new(authenticate))
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(listener))
        .await?;
    Ok(())
}

/// Whoever sends a token must send the right one.
fn authenticate(request: Request<()>) -> Result<Request<()>, Status> {
    match request.metadata().get("authorization") {
        Some(token) if token != "Bearer sesame" => Err(Status::unauthenticated("who are you?")),
        _ => Ok(request),
    }
}
