//! corsac in an axum application: the `tower` layer, a policy for each route, a policy file that is
//! read again while the server runs, and the same policy for WebSockets.

mod chat;
mod reload;

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, VARY};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, put};
use corsac::tower::{CorsLayer, Outcome};
use corsac::{Policy, PolicyError};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The policy in force. Loading it takes no lock.
type Current = Arc<ArcSwap<Policy>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command_line = kit::CommandLine::read();
    let current = Arc::new(ArcSwap::from_pointee(command_line.policy.clone()));
    reload::on_hangup(command_line.policy_file.clone(), Arc::clone(&current))?;
    let listener = TcpListener::from_std(command_line.listen())?;
    Ok(axum::serve(listener, app(current)?).await?)
}

/// Everything is put around the whole application with one `layer`, the outermost first.
fn app(current: Current) -> Result<Router, PolicyError> {
    let around = ServiceBuilder::new()
        // Outside of CORS is nothing that answers by itself: such an answer would lack its headers.
        .map_response(log)
        // CORS comes before authentication, since a preflight carries no credentials: further in,
        // it would be answered 401, and no page could send a request that needs one. And it comes
        // around all that makes responses, since script can read an error, and its status, only
        // where CORS lets it: further in, a panic would be "Failed to fetch".
        //
        // For the same reason it is not a `route_layer`, which sees no 404.
        .layer(CorsLayer::per_request(by_route(Arc::clone(&current))?))
        // Compression adds to `Vary`, as CORS does, and neither loses what the other says. Outside
        // of CORS it would do as well, and have preflights to pass through.
        .layer(CompressionLayer::new())
        // What a panic becomes is a response like others, so it is made inside of CORS.
        .layer(CatchPanicLayer::new())
        // The same goes for a `HandleErrorLayer` and whatever it handles the errors of.
        .layer(from_fn(authenticate));
    Ok(routes().layer(around).with_state(current))
}

/// A policy for each route: what is public is public, and the policy file decides about the rest.
///
/// It is a function of the path and not a layer for each nested router. Such layers work too, but a
/// preflight then comes to the one whose routes its path matches, and to none if there is no such
/// path.
fn by_route(current: Current) -> Result<impl Fn(&Parts) -> Policy + Clone, PolicyError> {
    let public = Policy::builder().allow_origins(["*"]).build()?;
    Ok(move |request: &Parts| {
        if request.uri.path().starts_with("/public/") {
            public.clone() // a counted reference
        } else {
            Policy::clone(&current.load())
        }
    })
}

/// Says on standard error why requests are refused.
fn log<B>(response: Response<B>) -> Response<B> {
    if let Some(outcome) = response.extensions().get::<Outcome>() {
        eprintln!("{outcome}");
    }
    response
}

// The application, which knows nothing of CORS.

fn routes() -> Router<Current> {
    Router::new()
        .route("/things", get(things).options(async || "options"))
        .route("/things/{id}", put(async || "done").delete(async || "done"))
        .route("/secret", get(async || "secret").put(async || "secret"))
        .route("/moved", get(async || Redirect::temporary("/things")))
        .route("/fail", get(fail))
        .route("/panic", get(panics))
        .route("/foreign", get(foreign))
        .route("/public/status", get(async || "up"))
        .route("/long", get(async || "a long answer, worth compressing. ".repeat(100)))
        .route("/chat", get(chat::chat))
}

async fn authenticate(request: Request, next: Next) -> Response {
    let token = request.headers().get(AUTHORIZATION);
    if request.uri().path() == "/secret" && token.is_none_or(|token| token != "Bearer sesame") {
        return (StatusCode::UNAUTHORIZED, "who are you?").into_response();
    }
    next.run(request).await
}

async fn things() -> impl IntoResponse {
    (AppendHeaders([(VARY.as_str(), "Accept-Encoding"), ("x-request-id", "1")]), "things")
}

async fn fail() -> Result<(), (StatusCode, &'static str)> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, "internal server error"))
}

async fn panics() {
    panic!("a handler panics, and CatchPanicLayer makes a 500 of it");
}

/// A handler with opinions of its own about CORS, all of them wrong. None gets through.
async fn foreign() -> impl IntoResponse {
    let headers = AppendHeaders([
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "*"),
        ("access-control-max-age", "86400"),
        ("vary", "Accept-Encoding, Origin"),
    ]);
    (headers, "foreign")
}
