//! A service is called only when it is ready, and the one that is.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use corsac::OriginVerdict;
use corsac::tower::{Cors, CorsLayer};
use http::{Request, Response};
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer as _, Service, ServiceBuilder, service_fn};

use super::{APP, EVIL, policy, preflight, request};

/// Panics if it is called when it did not say that it is ready. A clone of it is not.
struct Strict {
    open: Arc<AtomicBool>,
    ready: bool,
    called: Arc<AtomicUsize>,
}

impl Strict {
    fn new() -> Self {
        Self { open: Arc::default(), ready: false, called: Arc::default() }
    }
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { open: self.open.clone(), ready: false, called: self.called.clone() }
    }
}

impl Service<Request<String>> for Strict {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = self.open.load(Ordering::SeqCst);
        if self.ready { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "it was called without being ready");
        self.called.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new("done".to_owned())))
    }
}

fn context() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn finish<F: Future<Output = Result<Response<String>, Infallible>>>(future: F) -> Response<String> {
    match pin!(future).poll(&mut context()) {
        Poll::Ready(response) => response.unwrap(),
        Poll::Pending => panic!("nothing is waited for"),
    }
}

/// Through every kind of request, with the inner service ready, and not, in turn.
fn hold<S>(open: &AtomicBool, called: &AtomicUsize, service: &mut S)
where
    S: Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    let requests = [
        (request("GET", None), 1),
        (request("GET", Some(APP)), 1),
        (request("GET", Some(EVIL)), 1),
        (preflight(APP, "PUT"), 0),
        (preflight(EVIL, "PUT"), 0),
        (request("GET", Some("nonsense")), 1),
        (request("GET", Some("null")), 1),
    ];
    for (request, calls) in requests {
        let before = called.load(Ordering::SeqCst);
        open.store(false, Ordering::SeqCst);
        for _ in 0..3 {
            assert!(service.poll_ready(&mut context()).is_pending());
        }
        open.store(true, Ordering::SeqCst);
        assert!(service.poll_ready(&mut context()).is_ready());
        finish(service.call(request));
        assert_eq!(called.load(Ordering::SeqCst), before + calls);
    }
}

#[test]
fn it_is_ready_when_the_inner_service_is() {
    let inner = Strict::new();
    let (open, called) = (inner.open.clone(), inner.called.clone());
    let mut service: Cors<_> = CorsLayer::new(policy()).layer(inner);
    hold(&open, &called, &mut service);
    hold(&open, &called, &mut service.clone());
}

#[test]
fn it_keeps_the_ready_one_while_an_origin_is_looked_up() {
    let inner = Strict::new();
    let (open, called) = (inner.open.clone(), inner.called.clone());
    let layer = CorsLayer::new(policy()).look_up_origins(|_, _| ready(OriginVerdict::Allow));
    let mut service = layer.layer(inner);
    let requests = [request("GET", Some(APP)), request("GET", Some(EVIL)), request("GET", None)];
    for request in requests {
        open.store(false, Ordering::SeqCst);
        assert!(service.poll_ready(&mut context()).is_pending());
        open.store(true, Ordering::SeqCst);
        assert!(service.poll_ready(&mut context()).is_ready());
        assert_eq!(finish(service.call(request)).body(), "done");
    }
    assert_eq!(called.load(Ordering::SeqCst), 3);
    hold(&open, &called, &mut service);
}

#[test]
fn an_inner_service_that_fails_to_become_ready_says_so() {
    #[derive(Clone)]
    struct Broken;
    impl Service<Request<String>> for Broken {
        type Response = Response<String>;
        type Error = &'static str;
        type Future = Ready<Result<Response<String>, &'static str>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
            Poll::Ready(Err("closed"))
        }

        fn call(&mut self, _: Request<String>) -> Self::Future {
            panic!("it was called without being ready")
        }
    }
    let mut service = CorsLayer::new(policy()).layer(Broken);
    assert_eq!(service.poll_ready(&mut context()), Poll::Ready(Err("closed")));
    let layer = CorsLayer::new(policy()).look_up_origins(|_, _| ready(OriginVerdict::Allow));
    let mut service = layer.layer(Broken);
    assert_eq!(service.poll_ready(&mut context()), Poll::Ready(Err("closed")));
}

#[tokio::test]
async fn a_limit_inside_is_kept() {
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let inner = {
        let (running, most) = (running.clone(), most.clone());
        service_fn(move |_: Request<String>| {
            let (running, most) = (running.clone(), most.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..5 {
                    tokio::task::yield_now().await;
                }
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, Infallible>(Response::new(String::new()))
            }
        })
    };
    let layer = CorsLayer::new(policy()).look_up_origins(|_, _| async {
        tokio::task::yield_now().await;
        OriginVerdict::Allow
    });
    let service =
        ServiceBuilder::new().layer(layer).layer(ConcurrencyLimitLayer::new(3)).service(inner);
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let asked =
                if number % 4 == 0 { preflight(APP, "PUT") } else { request("GET", Some(APP)) };
            tokio::spawn(super::ask(service.clone(), asked))
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().headers()["access-control-allow-origin"], APP);
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(running.load(Ordering::SeqCst), 0);
}
