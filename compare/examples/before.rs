//! An axum program with tower-http's layer: `cargo run --example before`.

use axum::{Router, routing::get};
use http::{HeaderValue, Method, header::CONTENT_TYPE};
use tower_http::cors::CorsLayer;

pub fn app() -> Router {
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example.com"))
        .allow_methods([Method::GET, Method::PUT])
        .allow_headers([CONTENT_TYPE])
        .allow_credentials(true);
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
