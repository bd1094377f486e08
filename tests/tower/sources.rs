//! Where a policy comes from.

use std::collections::HashMap;
use std::sync::Arc;

use corsac::Policy;
use corsac::tower::{CorsLayer, PolicySource};
use http::request::Parts;
use tower::Layer as _;

use super::{APP, ask, done, lines, policy, preflight, request};

fn public() -> Policy {
    Policy::builder().allow_origins(["*"]).build().unwrap()
}

fn nobody() -> Policy {
    Policy::builder().dynamic_origins(true).build().unwrap()
}

fn at(path: &'static str, mut request: http::Request<String>) -> http::Request<String> {
    *request.uri_mut() = http::Uri::from_static(path);
    request
}

#[tokio::test]
async fn by_route() {
    let (app, public) = (policy(), public());
    let layer = CorsLayer::per_request(move |parts: &Parts| {
        if parts.uri.path().starts_with("/public/") { public.clone() } else { app.clone() }
    });
    let service = layer.layer(done());
    let response = ask(service.clone(), at("/public/1", request("GET", Some(APP)))).await;
    assert_eq!(lines(response.headers()), ["access-control-allow-origin: *"]);
    let response = ask(service.clone(), at("/things", request("GET", Some(APP)))).await;
    assert_eq!(response.headers()["access-control-allow-origin"], APP);
    let response = ask(service.clone(), at("/things", preflight(APP, "PUT"))).await;
    assert_eq!(response.status(), 204);
    assert_eq!(ask(service, at("/public/1", preflight(APP, "PUT"))).await.status(), 403);
}

#[tokio::test]
async fn by_the_method_that_is_asked_for() {
    let (read, write) = (public(), policy());
    let layer = CorsLayer::per_request(move |parts: &Parts| {
        let asked = parts.headers.get("access-control-request-method");
        let method = match asked {
            Some(asked) if parts.method == http::Method::OPTIONS => asked.as_bytes(),
            _ => parts.method.as_str().as_bytes(),
        };
        if method == b"GET" { read.clone() } else { write.clone() }
    });
    let service = layer.layer(done());
    let other = "https://other.example";
    let response = ask(service.clone(), request("GET", Some(other))).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let response = ask(service.clone(), request("PUT", Some(other))).await;
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    assert_eq!(ask(service.clone(), preflight(other, "GET")).await.status(), 204);
    assert_eq!(ask(service.clone(), preflight(other, "PUT")).await.status(), 403);
    assert_eq!(ask(service, preflight(APP, "PUT")).await.status(), 204);
}

struct Tenants {
    policies: HashMap<&'static str, Policy>,
    nobody: Policy,
}

impl PolicySource for Tenants {
    type Policy<'s> = &'s Policy;

    fn policy(&self, request: &Parts) -> &Policy {
        let tenant = request.headers.get("x-tenant").and_then(|tenant| tenant.to_str().ok());
        tenant.and_then(|tenant| self.policies.get(tenant)).unwrap_or(&self.nobody)
    }
}

#[tokio::test]
async fn by_tenant_from_a_source_of_ones_own() {
    let policies = HashMap::from([("a", policy()), ("b", public())]);
    let source = Arc::new(Tenants { policies, nobody: nobody() });
    let layer = CorsLayer::new(source.clone()).vary_by(["x-tenant"]).unwrap();
    let service = layer.layer(done());
    for (tenant, allow_origin) in [("a", Some(APP)), ("b", Some("*")), ("c", None)] {
        let mut asked = request("GET", Some(APP));
        asked.headers_mut().insert("x-tenant", tenant.parse().unwrap());
        let response = ask(service.clone(), asked).await;
        let value = response.headers().get("access-control-allow-origin");
        assert_eq!(value.map(|value| value.to_str().unwrap()), allow_origin);
        let vary = response.headers().get_all("vary");
        assert!(vary.iter().any(|value| value == "x-tenant"), "{tenant}");
        // The tenant whose policy is for anybody says nothing of the origin.
        assert_eq!(vary.iter().any(|value| value == "origin"), tenant != "b");
    }
    let borrowed = CorsLayer::new(&*source).layer(done());
    let response = ask(borrowed, request("GET", Some(APP))).await;
    assert_eq!(lines(response.headers()), ["vary: origin"]);
}

#[tokio::test]
async fn it_is_asked_once_for_each_request() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let layer = {
        let (asked, policy) = (asked.clone(), policy());
        CorsLayer::per_request(move |_: &Parts| {
            asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            policy.clone()
        })
    };
    let all = [request("GET", None), request("GET", Some(APP)), preflight(APP, "PUT")];
    let with_look_up = layer
        .clone()
        .look_up_origins(|_, _| std::future::ready(corsac::OriginVerdict::Allow))
        .layer(done());
    for request in all.clone() {
        ask(layer.layer(done()), request).await;
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 3);
    for request in all {
        ask(with_look_up.clone(), request).await;
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 6);
}

/// Those that list origins say so themselves; one for anybody does not.
#[tokio::test]
async fn by_origin_among_policies_of_which_one_is_for_anybody() {
    let (app, public) = (policy(), public());
    let layer = CorsLayer::per_request(move |parts: &Parts| {
        let is_app = parts.headers.get("origin").is_some_and(|origin| origin == APP);
        if is_app { app.clone() } else { public.clone() }
    });
    let service = layer.vary_by(["origin"]).unwrap().layer(done());
    for origin in [None, Some(APP), Some("https://other.example")] {
        let response = ask(service.clone(), request("GET", origin)).await;
        let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["origin"]);
    }
}
