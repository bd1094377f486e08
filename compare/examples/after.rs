//! An axum program with corsac's layer: `cargo run --example after`.

use axum::{Router, routing::get};
use corsac::{Policy, tower::CorsLayer};

pub fn app() -> Router {
    let policy = Policy::builder()
        .allow_origins(["https://app.example.com"])
        .allow_methods(["PUT"])
        .allow_headers(["content-type"])
        .allow_credentials(true)
        .build()
        .expect("a policy");
    let cors = CorsLayer::new(policy);
    Router::new().route("/things/{id}", get(read).put(write)).layer(cors)
}

async fn read() -> &'static str {
    "a thing\n"
}

async fn write(body: String) -> String {
    format!("{} bytes written\n", body.len())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app()).await
}
