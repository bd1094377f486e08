//! Beside other layers: what is inside is reached, what is outside is not.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use corsac::tower::CorsLayer;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use tower::{ServiceBuilder, ServiceExt as _, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use super::{APP, EVIL, lines, policy, preflight, request};

type Body = UnsyncBoxBody<Bytes, Infallible>;

fn body(text: &'static str) -> Body {
    Full::from(text).boxed_unsync()
}

async fn panics(_: Request<String>) -> Result<Response<Body>, Infallible> {
    panic!("an index out of bounds")
}

#[tokio::test]
async fn a_panic_that_is_caught_inside_is_a_response_that_script_can_read() {
    let service = ServiceBuilder::new()
        .layer(CorsLayer::new(policy()))
        .layer(CatchPanicLayer::new())
        .service(service_fn(panics));
    let response = service.oneshot(request("GET", Some(APP))).await.unwrap();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["access-control-allow-origin"], APP);
}

#[tokio::test]
async fn a_panic_that_is_caught_outside_passes_through_and_leaves_the_layer_sound() {
    let service = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(CorsLayer::new(policy()))
        .service(service_fn(panics));
    for _ in 0..3 {
        let response = service.clone().oneshot(request("GET", Some(APP))).await.unwrap();
        assert_eq!(response.status(), 500);
        // This is why the layer that catches goes inside.
        assert!(!response.headers().contains_key("access-control-allow-origin"));
        let response = service.clone().oneshot(preflight(APP, "PUT")).await.unwrap();
        assert_eq!(response.status(), 204);
    }
}

/// A guard that asks for a password, preflights too.
#[derive(Clone)]
struct Guard;

impl<S> tower::Layer<S> for Guard {
    type Service = tower::util::MapResponse<S, fn(Response<Body>) -> Response<Body>>;

    fn layer(&self, inner: S) -> Self::Service {
        tower::util::MapResponse::new(inner, |_| {
            Response::builder().status(401).body(body("who are you?")).unwrap()
        })
    }
}

#[tokio::test]
async fn authentication_goes_inside() {
    async fn handler(_: Request<String>) -> Result<Response<Body>, Infallible> {
        Ok(Response::new(body("secret")))
    }
    let right = ServiceBuilder::new().layer(CorsLayer::new(policy())).layer(Guard);
    let right = right.service(service_fn(handler));
    assert_eq!(right.clone().oneshot(preflight(APP, "PUT")).await.unwrap().status(), 204);
    let response = right.oneshot(request("GET", Some(APP))).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["access-control-allow-origin"], APP);

    let wrong = ServiceBuilder::new().layer(Guard).layer(CorsLayer::new(policy()));
    let wrong = wrong.service(service_fn(handler));
    // The browser sends no password with a preflight, so it never sends the request either.
    assert_eq!(wrong.clone().oneshot(preflight(APP, "PUT")).await.unwrap().status(), 401);
    let response = wrong.oneshot(request("GET", Some(APP))).await.unwrap();
    assert!(!response.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn compression_on_either_side_keeps_vary() {
    async fn handler(_: Request<String>) -> Result<Response<Body>, Infallible> {
        let text = "a text that is long enough to be worth compressing ".repeat(100);
        let text: &'static str = text.leak();
        Ok(Response::builder().header("content-type", "text/plain").body(body(text)).unwrap())
    }
    let mut asked = request("GET", Some(APP));
    asked.headers_mut().insert("accept-encoding", "gzip".parse().unwrap());
    let outside = ServiceBuilder::new()
        .layer(CorsLayer::new(policy()))
        .map_response(|response: Response<_>| response.map(|_| body("")))
        .layer(CompressionLayer::new())
        .service(service_fn(handler));
    let inside = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(CorsLayer::new(policy()))
        .service(service_fn(handler));
    let outside = outside.oneshot(asked.clone()).await.unwrap();
    let inside = inside.oneshot(asked).await.unwrap();
    for headers in [outside.headers(), inside.headers()] {
        assert_eq!(headers["content-encoding"], "gzip");
        assert_eq!(headers["access-control-allow-origin"], APP);
        let vary = lines(headers).into_iter().filter(|line| line.starts_with("vary: "));
        let vary = vary.collect::<Vec<_>>().join(" ");
        assert!(vary.contains("origin") && vary.contains("accept-encoding"), "{vary}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_that_is_a_response_goes_inside() {
    async fn slow(_: Request<String>) -> Result<Response<Body>, Infallible> {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Ok(Response::new(body("at last")))
    }
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(30));
    let service = ServiceBuilder::new().layer(CorsLayer::new(policy())).layer(timeout);
    let service = service.service(service_fn(slow));
    let response = service.oneshot(request("GET", Some(APP))).await.unwrap();
    assert_eq!(response.status(), 504);
    assert_eq!(response.headers()["access-control-allow-origin"], APP);
}

/// Half an hour of a chunk each second, in virtual time.
#[tokio::test(start_paused = true)]
async fn a_body_that_streams_is_not_waited_for() {
    const CHUNKS: u64 = 1800;
    async fn handler(_: Request<String>) -> Result<Response<Body>, Infallible> {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            for chunk in 0..CHUNKS {
                tokio::time::sleep(Duration::from_secs(1)).await;
                sender.send(chunk).await.unwrap();
            }
        });
        Ok(Response::new(Chunks(receiver).boxed_unsync()))
    }
    let service =
        ServiceBuilder::new().layer(CorsLayer::new(policy())).service(service_fn(handler));
    for (origin, allowed) in [(APP, true), (EVIL, false)] {
        let started = tokio::time::Instant::now();
        let response = service.clone().oneshot(request("GET", Some(origin))).await.unwrap();
        assert_eq!(started.elapsed(), Duration::ZERO, "the head is there before the body");
        assert_eq!(response.headers().contains_key("access-control-allow-origin"), allowed);
        let mut body = response.into_body();
        for chunk in 0..CHUNKS {
            let frame = body.frame().await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), chunk.to_be_bytes()[..]);
            assert_eq!(started.elapsed().as_secs(), chunk + 1, "a chunk is there when it is sent");
        }
        assert!(body.frame().await.is_none());
    }
}

struct Chunks(tokio::sync::mpsc::Receiver<u64>);

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        let chunk = self.0.poll_recv(context);
        chunk.map(|chunk| {
            let bytes = Bytes::copy_from_slice(&chunk?.to_be_bytes());
            Some(Ok(http_body::Frame::data(bytes)))
        })
    }
}
