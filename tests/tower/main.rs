//! The `tower` layer over services that behave and services that do not.
#![cfg(feature = "tower")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

mod allocations;
mod answers;
mod look_up;
mod order;
mod outcomes;
mod readiness;
mod sources;
#[cfg(feature = "arc-swap")]
mod swap;
#[cfg(feature = "tracing")]
mod trace;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use corsac::Policy;
use http::{HeaderMap, Request, Response};
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://app.example.com.evil.net";

type Inner = BoxCloneSyncService<Request<String>, Response<String>, Infallible>;

/// A list with credentials.
fn policy() -> Policy {
    Policy::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .allow_headers(["x-a"])
        .expose_headers(["x-b"])
        .allow_credentials(true)
        .max_age(60)
        .build()
        .unwrap()
}

fn request(method: &str, origin: Option<&str>) -> Request<String> {
    let mut request = Request::builder().method(method).uri("https://api.example.com/things/1");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.body("asked".to_owned()).unwrap()
}

fn preflight(origin: &str, method: &str) -> Request<String> {
    let mut request = request("OPTIONS", Some(origin));
    request.headers_mut().insert("access-control-request-method", method.parse().unwrap());
    request
}

/// A service that counts its requests.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    fn seen(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn service(
        &self,
        answer: impl Fn() -> Response<String> + Send + Sync + Clone + 'static,
    ) -> Inner {
        let seen = self.0.clone();
        BoxCloneSyncService::new(tower::service_fn(move |_: Request<String>| {
            seen.fetch_add(1, Ordering::SeqCst);
            let response = answer();
            async { Ok(response) }
        }))
    }
}

/// A service that says `done`.
fn done() -> Inner {
    Counter::default().service(|| Response::new("done".to_owned()))
}

/// All fields, as they would be written.
fn lines(headers: &HeaderMap) -> Vec<String> {
    headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
}

async fn ask<S>(service: S, request: Request<String>) -> Response<String>
where
    S: tower::Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    service.oneshot(request).await.unwrap()
}
