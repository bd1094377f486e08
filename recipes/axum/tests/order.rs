//! What goes wrong in another order than the recipe's, layer by layer, and that it goes right
//! there.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use corsac::Policy;
use corsac::fetch::{Browser, Fetch, Outcome, judge};
use corsac::tower::CorsLayer;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

const PAGE: &str = "https://app.example.com";

fn cors() -> CorsLayer {
    let policy = Policy::builder()
        .allow_origins([PAGE])
        .allow_methods(["PUT"])
        .allow_headers(["authorization"])
        .build();
    CorsLayer::new(policy.expect("it is sound"))
}

fn routes() -> Router {
    Router::new()
        .route("/secret", put(async || "secret"))
        .route("/panic", get(async || -> () { panic!("on purpose") }))
        .route("/long", get(async || "worth compressing ".repeat(100)))
}

async fn authenticate(request: Request, next: Next) -> Response {
    if request.headers().contains_key(AUTHORIZATION) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

/// What script gets: the status, or the code of the failure.
async fn script_gets(
    app: Router,
    method: &str,
    path: &str,
    token: bool,
) -> Result<u16, &'static str> {
    let url = format!("https://api.example.com{path}");
    let mut fetch = Fetch::new(&url, PAGE).expect("it is sound");
    fetch.set_method(method);
    if token {
        fetch.push_header(b"authorization", b"Bearer sesame").expect("it is sound");
    }
    let mut answers = Vec::new();
    loop {
        let judgement = judge(&fetch, &answers, Browser::Fetch);
        match judgement.outcome {
            Outcome::Allow(shared) => return Ok(shared.status),
            Outcome::Block(failure) => return Err(failure.code().as_str()),
            Outcome::NeedsResponse => {}
        }
        let message = judgement.sent.last().expect("something is sent");
        let mut request = Request::builder().method(&message.method[..]).uri(message.url.path());
        for (name, value) in &message.headers {
            request = request.header(&name[..], &value[..]);
        }
        let request = request.body(Body::empty()).expect("it is sound");
        let response = app.clone().oneshot(request).await.expect("it cannot fail");
        let mut answer = corsac::fetch::Response::new(response.status().as_u16());
        for (name, value) in response.headers() {
            answer.push_header(name.as_str().as_bytes(), value.as_bytes());
        }
        answers.push(answer);
    }
}

// `Router::layer` puts a layer outside of those that are there.

#[tokio::test]
async fn authentication_outside_of_cors_refuses_preflights() {
    let right = routes().layer(from_fn(authenticate)).layer(cors());
    assert_eq!(script_gets(right.clone(), "PUT", "/secret", true).await, Ok(200));
    assert_eq!(script_gets(right, "GET", "/secret", false).await, Ok(401));

    let wrong = routes().layer(cors()).layer(from_fn(authenticate));
    assert_eq!(
        script_gets(wrong.clone(), "PUT", "/secret", true).await,
        Err("allow-origin-missing")
    );
    // Nor can it tell that it is not authenticated.
    assert_eq!(script_gets(wrong, "GET", "/secret", false).await, Err("allow-origin-missing"));
}

#[tokio::test]
async fn panics_caught_outside_of_cors_cannot_be_read() {
    let right = routes().layer(CatchPanicLayer::new()).layer(cors());
    assert_eq!(script_gets(right, "GET", "/panic", false).await, Ok(500));

    let wrong = routes().layer(cors()).layer(CatchPanicLayer::new());
    assert_eq!(script_gets(wrong, "GET", "/panic", false).await, Err("allow-origin-missing"));
}

#[tokio::test]
async fn a_route_layer_sees_no_404() {
    let right = routes().layer(cors());
    assert_eq!(script_gets(right, "GET", "/nowhere", false).await, Ok(404));

    let wrong = routes().route_layer(cors());
    assert_eq!(script_gets(wrong, "GET", "/nowhere", false).await, Err("allow-origin-missing"));
}

/// A route that is added after the layer is outside of it.
#[tokio::test]
async fn routes_after_the_layer_are_without_it() {
    let wrong = routes().layer(cors()).route("/late", get(async || "late"));
    assert_eq!(script_gets(wrong, "GET", "/late", false).await, Err("allow-origin-missing"));
}

#[tokio::test]
async fn compression_may_be_inside_or_outside() {
    for app in [
        routes().layer(CompressionLayer::new()).layer(cors()),
        routes().layer(cors()).layer(CompressionLayer::new()),
    ] {
        let request =
            Request::get("/long").header("origin", PAGE).header("accept-encoding", "gzip");
        let request = request.body(Body::empty()).expect("it is sound");
        let response = app.oneshot(request).await.expect("it cannot fail");
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.headers()["access-control-allow-origin"], PAGE);
        let lines = response.headers().get_all("vary").iter();
        let mut names: Vec<_> = lines
            .flat_map(|line| line.to_str().expect("it is text").split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .collect();
        names.sort();
        assert_eq!(names, ["accept-encoding", "origin"]);
    }
}
