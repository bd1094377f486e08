//! What is answered, and by whom.

use std::future::ready;

use corsac::OriginVerdict;
use corsac::tower::CorsLayer;
use http::{Request, Response, StatusCode};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{APP, Counter, EVIL, ask, done, lines, policy, preflight, request};

#[tokio::test]
async fn a_preflight_is_answered_without_the_inner_service() {
    let counter = Counter::default();
    let service = CorsLayer::new(policy()).layer(counter.service(|| panic!("it was asked")));
    let response = ask(service.clone(), preflight(APP, "PUT")).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.body(), "");
    assert_eq!(
        lines(response.headers()),
        [
            "access-control-allow-origin: https://app.example.com",
            "access-control-allow-credentials: true",
            "access-control-allow-methods: PUT",
            "access-control-allow-headers: x-a",
            "access-control-max-age: 60",
            "vary: origin, access-control-request-method, access-control-request-headers, \
             access-control-request-private-network",
        ]
    );
    for refused in [preflight(EVIL, "PUT"), preflight(APP, "DELETE"), preflight("null", "PUT")] {
        let response = ask(service.clone(), refused).await;
        assert_eq!(response.status(), 403);
        assert_eq!(
            lines(response.headers()),
            ["vary: origin, access-control-request-method, access-control-request-headers, \
              access-control-request-private-network"]
        );
    }
    assert_eq!(counter.seen(), 0);
}

#[tokio::test]
async fn every_other_options_goes_on() {
    let counter = Counter::default();
    let inner = counter
        .service(|| Response::builder().header("allow", "GET, PUT").body(String::new()).unwrap());
    let service = CorsLayer::new(policy()).layer(inner);
    let mut without_origin = request("OPTIONS", None);
    without_origin.headers_mut().insert("access-control-request-method", "PUT".parse().unwrap());
    let others = [request("OPTIONS", None), request("OPTIONS", Some(APP)), without_origin];
    for (number, other) in others.into_iter().enumerate() {
        let response = ask(service.clone(), other).await;
        assert_eq!(response.headers()["allow"], "GET, PUT");
        assert_eq!(response.headers()["vary"], "origin");
        assert_eq!(counter.seen(), number + 1);
    }
    // In lower case it is another method.
    let mut lower = preflight(APP, "PUT");
    *lower.method_mut() = "options".parse().unwrap();
    ask(service, lower).await;
    assert_eq!(counter.seen(), 4);
}

#[tokio::test]
async fn every_response_has_the_decision_whatever_its_status() {
    for status in [200, 204, 301, 302, 304, 307, 401, 404, 405, 413, 500, 503] {
        let inner = Counter::default().service(move || {
            let response = Response::builder().status(status).header("location", "/elsewhere");
            response.body(String::new()).unwrap()
        });
        let service = CorsLayer::new(policy()).layer(inner);
        let response = ask(service.clone(), request("GET", Some(APP))).await;
        assert_eq!(response.status(), status);
        assert_eq!(
            lines(response.headers()),
            [
                "location: /elsewhere",
                "access-control-allow-origin: https://app.example.com",
                "access-control-allow-credentials: true",
                "access-control-expose-headers: x-b",
                "vary: origin",
            ]
        );
        for other in [request("GET", Some(EVIL)), request("GET", None)] {
            let response = ask(service.clone(), other).await;
            assert_eq!(response.status(), status);
            assert_eq!(lines(response.headers()), ["location: /elsewhere", "vary: origin"]);
        }
    }
}

#[tokio::test]
async fn foreign_fields_are_removed_and_vary_is_merged() {
    let inner = Counter::default().service(|| {
        Response::builder()
            .header("access-control-allow-origin", "*")
            .header("access-control-allow-origin", EVIL)
            .header("access-control-allow-credentials", "true")
            .header("access-control-allow-methods", "*")
            .header("access-control-max-age", "86400")
            .header("vary", "Accept-Encoding")
            .header("vary", "ORIGIN")
            .body(String::new())
            .unwrap()
    });
    let service = CorsLayer::new(policy()).layer(inner);
    let refused = ask(service.clone(), request("GET", Some(EVIL))).await;
    assert_eq!(lines(refused.headers()), ["vary: Accept-Encoding", "vary: ORIGIN"]);
    let without = ask(service.clone(), request("GET", None)).await;
    assert_eq!(lines(without.headers()), ["vary: Accept-Encoding", "vary: ORIGIN"]);
    let allowed = ask(service, request("GET", Some(APP))).await;
    assert_eq!(
        lines(allowed.headers()),
        [
            "vary: Accept-Encoding",
            "vary: ORIGIN",
            "access-control-allow-origin: https://app.example.com",
            "access-control-allow-credentials: true",
            "access-control-expose-headers: x-b",
        ]
    );
}

#[tokio::test]
async fn a_refused_actual_request_goes_on_or_is_answered_403() {
    let counter = Counter::default();
    let inner = counter.service(|| Response::new("done".to_owned()));
    let layer = CorsLayer::new(policy());
    let response = ask(layer.clone().layer(inner.clone()), request("POST", Some(EVIL))).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "done"));
    assert_eq!(counter.seen(), 1);

    let service = layer.forbid_refused(true).layer(inner);
    for refused in [EVIL, "null", "", "HTTPS://APP.EXAMPLE.COM", "https://app.example.com/"] {
        let response = ask(service.clone(), request("POST", Some(refused))).await;
        assert_eq!((response.status().as_u16(), response.body().as_str()), (403, ""));
        assert_eq!(lines(response.headers()), ["vary: origin"]);
    }
    assert_eq!(counter.seen(), 1);
    // What is allowed goes on, and so does what CORS has no say in.
    for goes_on in [request("POST", Some(APP)), request("POST", None), request("OPTIONS", None)] {
        assert_eq!(ask(service.clone(), goes_on).await.body(), "done");
    }
    assert_eq!(counter.seen(), 4);
    assert_eq!(ask(service, preflight(APP, "PUT")).await.status(), 204);
}

#[tokio::test]
async fn a_preflight_that_is_passed_on_gets_the_fields_and_keeps_its_status() {
    let counter = Counter::default();
    let inner = counter.service(|| {
        let response = Response::builder().status(202).header("allow", "PUT");
        response.header("access-control-allow-methods", "*").body("said".to_owned()).unwrap()
    });
    let layer = CorsLayer::new(policy()).pass_preflights_on(true);
    let service = layer.clone().layer(inner.clone());
    let response = ask(service.clone(), preflight(APP, "PUT")).await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (202, "said"));
    assert_eq!(response.headers()["allow"], "PUT");
    assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
    assert_eq!(response.headers()["access-control-allow-origin"], APP);
    assert_eq!(response.headers()["access-control-max-age"], "60");

    let refused = ask(service, preflight(EVIL, "PUT")).await;
    assert_eq!(refused.status(), 202);
    assert!(refused.headers().keys().all(|name| !name.as_str().starts_with("access-control-")));
    assert_eq!(counter.seen(), 2);

    // More names in `Vary` are on both, and on what is no preflight.
    let service = layer.vary_by(["x-tenant"]).unwrap().layer(inner);
    for request in [preflight(APP, "PUT"), preflight(EVIL, "PUT"), request("GET", Some(APP))] {
        let response = ask(service.clone(), request).await;
        let last = response.headers().get_all("vary").iter().next_back();
        assert_eq!(last.unwrap(), "x-tenant");
    }
}

#[tokio::test]
async fn an_error_is_passed_on_as_it_is() {
    let inner = service_fn(|_: Request<String>| async {
        Err::<Response<String>, _>(std::io::Error::other("the database is gone"))
    });
    let service = CorsLayer::new(policy()).layer(inner);
    let error = service.clone().oneshot(request("GET", Some(APP))).await.unwrap_err();
    assert_eq!(error.to_string(), "the database is gone");
    // A preflight needs no database.
    assert_eq!(service.oneshot(preflight(APP, "PUT")).await.unwrap().status(), 204);
}

#[tokio::test]
async fn any_origin_is_static_and_without_vary() {
    let policy = corsac::Policy::builder().allow_origins(["*"]).build().unwrap();
    let service = CorsLayer::new(policy).layer(done());
    for origin in [None, Some(APP), Some("null"), Some("nonsense")] {
        let response = ask(service.clone(), request("GET", origin)).await;
        assert_eq!(lines(response.headers()), ["access-control-allow-origin: *"]);
    }
}

#[tokio::test]
async fn more_names_in_vary_are_on_every_response_and_once() {
    let layer = CorsLayer::new(policy());
    let layer = layer.vary_by(["X-Tenant", "x-tenant", "cookie"]).unwrap();
    let service = layer.forbid_refused(true).layer(done());
    for (asked, expected) in [
        (request("GET", None), vec!["origin", "x-tenant, cookie"]),
        (request("GET", Some(APP)), vec!["origin", "x-tenant, cookie"]),
        (request("GET", Some(EVIL)), vec!["origin", "x-tenant, cookie"]),
        (
            preflight(EVIL, "PUT"),
            vec![
                "origin, access-control-request-method, access-control-request-headers, \
                 access-control-request-private-network",
                "x-tenant, cookie",
            ],
        ),
    ] {
        let response = ask(service.clone(), asked).await;
        let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert_eq!(vary, expected);
    }
    let inner = Counter::default().service(|| {
        Response::builder().header("vary", "Cookie, X-Tenant").body(String::new()).unwrap()
    });
    let layer = CorsLayer::new(policy()).vary_by(["x-tenant", "cookie"]).unwrap();
    let response = ask(layer.layer(inner), request("GET", None)).await;
    assert_eq!(lines(response.headers()), ["vary: Cookie, X-Tenant", "vary: origin"]);
}

#[test]
fn what_is_no_field_name_does_not_come_into_vary() {
    for name in ["", "*", "x tenant", "x\r\nset-cookie: a", "ö", "x,y"] {
        let error = CorsLayer::new(policy()).vary_by(["x-tenant", name]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("cannot stand in Vary; write"), "{text}");
        assert!(!text.contains(['\r', '\n']), "{text:?}");
    }
}

#[tokio::test]
async fn the_request_reaches_the_inner_service_whole() {
    let inner = service_fn(|request: Request<String>| async move {
        assert_eq!(request.uri().path(), "/things/1");
        assert_eq!(request.headers()["origin"], APP);
        assert_eq!(request.extensions().get(), Some(&7_u8));
        assert_eq!(request.version(), http::Version::HTTP_2);
        Ok::<_, std::convert::Infallible>(Response::new(request.into_body()))
    });
    let mut asked = request("PUT", Some(APP));
    asked.extensions_mut().insert(7_u8);
    *asked.version_mut() = http::Version::HTTP_2;
    let response = ask(CorsLayer::new(policy()).layer(inner), asked).await;
    assert_eq!(response.body(), "asked");
}

#[tokio::test]
async fn extensions_version_and_body_of_the_response_are_kept() {
    let inner = Counter::default().service(|| {
        let mut response = Response::new("said".to_owned());
        response.extensions_mut().insert(7_u8);
        *response.version_mut() = http::Version::HTTP_3;
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
    });
    let response = ask(CorsLayer::new(policy()).layer(inner), request("GET", Some(EVIL))).await;
    assert_eq!(response.extensions().get(), Some(&7_u8));
    assert_eq!(response.version(), http::Version::HTTP_3);
    assert_eq!((response.status().as_u16(), response.body().as_str()), (418, "said"));
}

/// What axum and hyper ask of a layer and its service.
#[test]
fn it_is_clone_send_and_sync() {
    fn is<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn is_send<T: Send>(_: &T) {}
    let layer = CorsLayer::new(policy());
    is(&layer);
    let mut service = layer.layer(done());
    is(&service);
    is_send(&tower::Service::call(&mut service, preflight(APP, "PUT")));
}

/// Whatever is answered is the policy's decision, put on the response by hand.
#[tokio::test]
async fn it_is_the_decision_and_nothing_else() {
    let listed = || corsac::Policy::builder().allow_origins([APP, "https://*.example.net"]);
    let any = || corsac::Policy::builder().allow_origins(["*"]);
    let one = || corsac::Policy::builder().allow_origins([APP]);
    let policies = [
        one(),
        one().allow_credentials(true).dynamic_origins(true),
        one().dangerously_allow_null_origin(true).allow_origins(["null"]),
        listed(),
        listed().allow_credentials(true).expose_headers(["x-b"]),
        listed().dynamic_origins(true),
        listed().dangerously_allow_null_origin(true).allow_origins(["null", APP]),
        any(),
        any().expose_headers(["*"]).allow_methods(["*"]),
    ];
    let mut requests = Vec::new();
    let origins = [APP, "https://a.example.net", EVIL, "null", "nonsense", "", " https://a.b\t"];
    for origin in origins.into_iter().map(Some).chain([None]) {
        for method in ["GET", "PUT", "OPTIONS"] {
            requests.push(request(method, origin));
        }
        requests.extend(origin.map(|origin| preflight(origin, "PUT")));
    }
    let mut several = request("GET", Some(APP));
    several.headers_mut().append("origin", APP.parse().unwrap());
    requests.push(several);
    let mut with_whitespace = request("GET", None);
    with_whitespace.headers_mut().insert("origin", format!(" {APP}\t").parse().unwrap());
    requests.push(with_whitespace);

    for policy in policies.map(|builder| builder.build().unwrap()) {
        for request in &requests {
            let inner = Counter::default().service(|| {
                let response = Response::builder().header("vary", "Accept, Origin");
                response.header("access-control-allow-origin", "*").body(String::new()).unwrap()
            });
            let layer = CorsLayer::new(policy.clone());
            let described = corsac::Request::from_http(request.method(), request.headers());
            for (verdict, response) in [
                (None, ask(layer.clone().layer(inner.clone()), request.clone()).await),
                (Some(OriginVerdict::Allow), {
                    let layer = layer.clone();
                    let layer = layer.look_up_origins(|_, _| ready(OriginVerdict::Allow));
                    ask(layer.layer(inner.clone()), request.clone()).await
                }),
                (Some(OriginVerdict::Deny), {
                    let layer = layer.look_up_origins(|_, _| ready(OriginVerdict::Deny));
                    ask(layer.layer(inner.clone()), request.clone()).await
                }),
            ] {
                let decision = match verdict {
                    None => policy.evaluate(&described),
                    Some(verdict) => policy.evaluate_with(&described, verdict),
                };
                let expected: Response<String> = if let Some(ours) = decision.preflight_response() {
                    ours
                } else {
                    let mut response = ask(inner.clone(), request.clone()).await;
                    decision.apply(response.headers_mut());
                    response
                };
                assert_eq!(response.status(), expected.status(), "{request:?}");
                assert_eq!(response.headers(), expected.headers(), "{request:?}");
            }
        }
    }
}
