//! The layer allocates nothing of its own.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use corsac::tower::{CorsLayer, Outcomes};
use corsac::{OriginVerdict, Policy};
use http::{HeaderMap, Request, Response};
use tower::{Layer as _, Service, service_fn};

use super::{APP, EVIL, policy, preflight, request};

/// With room for what is put on its response.
fn roomy(_: Request<String>) -> Ready<Result<Response<String>, Infallible>> {
    let mut response = Response::new(String::new());
    *response.headers_mut() = HeaderMap::with_capacity(8);
    ready(Ok(response))
}

/// How often memory is asked for until the response is there.
fn count<S>(service: &mut S, mut request: Request<String>) -> u64
where
    S: Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    // The first clone of a value that was made from a string makes it a shared one, as those that
    // were read from a connection are already.
    let shared: HeaderMap = request.headers().clone();
    *request.headers_mut() = shared;
    let mut response = None;
    let counted = allocation_counter::measure(|| {
        let mut context = Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut context).is_ready());
        let future = pin!(service.call(request));
        let Poll::Ready(answer) = future.poll(&mut context) else { panic!("it is ready") };
        response = Some(answer.unwrap());
    });
    drop(response);
    counted.count_total
}

/// What the inner service's own map costs.
fn bare() -> u64 {
    let bare = count(&mut service_fn(roomy), request("GET", Some(APP)));
    assert!(bare > 0);
    bare
}

fn actual() -> Vec<Request<String>> {
    let origins = [None, Some(APP), Some(EVIL), Some("null"), Some("nonsense")];
    origins.map(|origin| request("GET", origin)).into()
}

#[test]
fn an_actual_request_costs_none() {
    let bare = bare();
    let layer = CorsLayer::new(policy()).outcomes(Outcomes::Nothing);
    let any = Policy::builder().allow_origins(["*"]).build().unwrap();
    let per_request = {
        let policy = policy();
        CorsLayer::per_request(move |_: &http::request::Parts| policy.clone())
    };
    let mut services = (
        layer.clone().layer(service_fn(roomy)),
        CorsLayer::new(any).outcomes(Outcomes::Nothing).layer(service_fn(roomy)),
        per_request.outcomes(Outcomes::Nothing).layer(service_fn(roomy)),
        layer.look_up_origins(|_, _| ready(OriginVerdict::Allow)).layer(service_fn(roomy)),
    );
    for request in actual() {
        assert_eq!(count(&mut services.0, request.clone()), bare, "{request:?}");
        assert_eq!(count(&mut services.1, request.clone()), bare, "{request:?}");
        assert_eq!(count(&mut services.2, request.clone()), bare, "{request:?}");
        assert_eq!(count(&mut services.3, request.clone()), bare, "{request:?}");
    }
}

#[test]
fn what_goes_well_costs_none_with_the_defaults() {
    let mut service = CorsLayer::new(policy()).layer(service_fn(roomy));
    for request in [request("GET", None), request("GET", Some(APP))] {
        assert_eq!(count(&mut service, request), bare());
    }
}

#[cfg(feature = "arc-swap")]
#[test]
fn a_policy_that_can_be_swapped_costs_none() {
    let current = std::sync::Arc::new(arc_swap::ArcSwap::from_pointee(policy()));
    let layer = CorsLayer::new(current).outcomes(Outcomes::Nothing);
    let mut service = layer.layer(service_fn(roomy));
    // The first load of a thread makes its slot.
    count(&mut service, request("GET", Some(APP)));
    for request in actual() {
        assert_eq!(count(&mut service, request), bare());
    }
}

#[test]
fn a_preflight_costs_what_its_own_map_does() {
    let policy = policy();
    let layer = CorsLayer::new(policy.clone()).outcomes(Outcomes::Nothing);
    let mut service = layer.layer(service_fn(roomy));
    for request in [preflight(APP, "PUT"), preflight(EVIL, "PUT"), preflight(APP, "DELETE")] {
        let headers = request.headers().clone();
        let by_hand = allocation_counter::measure(|| {
            let described = corsac::Request::from_http(request.method(), &headers);
            let response: Option<Response<String>> =
                policy.evaluate(&described).preflight_response();
            drop(response);
        });
        assert_eq!(count(&mut service, request), by_hand.count_total);
    }
}
