//! The two programs of COMPARE.md answer alike.
#![allow(dead_code, reason = "each program is included whole, with its own main")]

use corsac_compare::{Answer, Question, get, preflight};
use tower::ServiceExt as _;

#[path = "../examples/after.rs"]
mod after;
#[path = "../examples/before.rs"]
mod before;

async fn ask(app: axum::Router, question: Question) -> Answer {
    let mut request = http::Request::builder().method(question.method).uri("/things/1");
    for (name, value) in question.fields {
        request = request.header(name, value);
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    Answer::new(response.status().as_u16(), response.headers())
}

const APP: &str = "https://app.example.com";

#[tokio::test]
async fn they_allow_the_same() {
    for question in [get(APP), preflight(APP, "PUT"), preflight(APP, "GET")] {
        let question = match question.method {
            "OPTIONS" => question.with("access-control-request-headers", "content-type"),
            _ => question,
        };
        let before = ask(before::app(), question.clone()).await;
        let after = ask(after::app(), question.clone()).await;
        for answer in [before, after] {
            assert!((200..=204).contains(&answer.status));
            assert_eq!(answer.allow_origin().as_deref(), Some(APP));
            assert_eq!(answer.get("access-control-allow-credentials").as_deref(), Some("true"));
            if question.method == "OPTIONS" {
                assert!(answer.get("access-control-allow-methods").unwrap().contains("PUT"));
                let headers = answer.get("access-control-allow-headers");
                assert_eq!(headers.as_deref(), Some("content-type"));
            }
        }
    }
}

#[tokio::test]
async fn and_the_new_one_lets_options_through() {
    let asked = Question::new("OPTIONS");
    // A router that has no route for it says so, and which there are.
    assert_eq!(ask(before::app(), asked.clone()).await.status, 200);
    assert_eq!(ask(after::app(), asked).await.status, 405);
}

fn layer() -> corsac::tower::CorsLayer {
    let policy = corsac::Policy::builder().allow_origins([APP]).allow_methods(["PUT"]);
    corsac::tower::CorsLayer::new(policy.build().unwrap())
}

async fn handler() {}

/// What the manual says of where a layer goes in axum.
#[tokio::test]
async fn where_a_layer_goes() {
    use axum::Router;
    use axum::routing::put;

    let around_all = Router::new().route("/things/1", put(handler)).layer(layer());
    assert_eq!(ask(around_all.clone(), preflight(APP, "PUT")).await.status, 204);
    // A 405 can be read, and so can a 404.
    let answer = ask(around_all, get(APP)).await;
    assert_eq!((answer.status, answer.allow_origin().as_deref()), (405, Some(APP)));
    let elsewhere = Router::new().route("/elsewhere", put(handler)).layer(layer());
    let answer = ask(elsewhere, get(APP)).await;
    assert_eq!((answer.status, answer.allow_origin().as_deref()), (404, Some(APP)));

    // Around routes that match, no more is.
    let routes = Router::new().route("/elsewhere", put(handler)).route_layer(layer());
    let answer = ask(routes, get(APP)).await;
    assert_eq!((answer.status, answer.grants()), (404, false));

    // Around one method's handler: a preflight has another method.
    let one_method = Router::new().route("/things/1", put(handler).route_layer(layer()));
    let answer = ask(one_method, preflight(APP, "PUT")).await;
    assert_eq!((answer.status, answer.grants()), (405, false));
}
