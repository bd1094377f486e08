//! tower-http and corsac answer the same questions, and differ as COMPARE.md says.

use corsac_compare::tower_http::{ask, ask_with, ours, theirs};
use corsac_compare::{Question, get, preflight};

const APP: &str = "https://app.example.com";
const ADMIN: &str = "https://admin.example.com";
const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn any_origin() {
    let (theirs, ours) = (theirs::any_origin(), ours::any_origin().unwrap());
    for question in [get(EVIL), Question::new("GET"), preflight(EVIL, "GET")] {
        let their = ask(theirs.clone(), question.clone()).await;
        let our = ask(ours.clone(), question).await;
        assert_eq!(their.allow_origin().as_deref(), Some("*"));
        assert_eq!(our.allow_origin().as_deref(), Some("*"));
    }
    assert_eq!(ask(theirs, get(EVIL)).await.get("vary"), None);
    assert_eq!(ask(ours, get(EVIL)).await.get("vary"), None);
}

/// One origin is told to everybody there, and to itself here.
#[tokio::test]
async fn exact() {
    let (theirs, ours) = (theirs::exact(), ours::exact().unwrap());
    assert_eq!(ask(theirs.clone(), get(APP)).await.allow_origin().as_deref(), Some(APP));
    assert_eq!(ask(ours.clone(), get(APP)).await.allow_origin().as_deref(), Some(APP));
    for question in [get(EVIL), Question::new("GET")] {
        let their = ask(theirs.clone(), question.clone()).await;
        assert_eq!(their.allow_origin().as_deref(), Some(APP));
        assert_eq!(their.get("vary"), None);
        let our = ask(ours.clone(), question).await;
        assert!(!our.grants());
        assert_eq!(our.get("vary").as_deref(), Some("origin"));
    }
}

#[tokio::test]
async fn list() {
    let (theirs, ours) = (theirs::list(), ours::list().unwrap());
    for origin in [APP, ADMIN] {
        assert_eq!(ask(theirs.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
        assert_eq!(ask(ours.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
    }
    let (their, our) = (ask(theirs, get(EVIL)).await, ask(ours, get(EVIL)).await);
    assert_eq!((their.allow_origin(), our.allow_origin()), (None, None));
    assert_eq!(their.get("vary").as_deref(), Some("origin"));
    assert_eq!(our.get("vary").as_deref(), Some("origin"));
}

/// What ends with a suffix need not be an origin.
#[tokio::test]
async fn predicate() {
    let (theirs, ours) = (theirs::predicate(), ours::predicate().unwrap());
    for origin in [APP, "https://a.b.example.com"] {
        assert_eq!(ask(theirs.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
        assert_eq!(ask(ours.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
    }
    for origin in [
        "http://app.example.com",
        "https://evil.example/.example.com",
        "https://user@app.example.com",
        "https://.example.com",
        "javascript:.example.com",
    ] {
        assert_eq!(ask(theirs.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
        assert!(!ask(ours.clone(), get(origin)).await.grants(), "{origin}");
    }
}

/// There a verdict by tenant does not reach `Vary`, unless one thinks of it.
#[tokio::test]
async fn async_predicate() {
    let (theirs, ours) = (theirs::async_predicate(), ours::async_predicate().unwrap());
    for (tenant, allowed) in [("ours", Some(APP)), ("others", None)] {
        let question = get(APP).with("x-tenant", tenant);
        let their = ask(theirs.clone(), question.clone()).await;
        let our = ask(ours.clone(), question).await;
        assert_eq!(their.allow_origin().as_deref(), allowed);
        assert_eq!(our.allow_origin().as_deref(), allowed);
        assert_eq!(their.get("vary").as_deref(), Some("origin"));
        assert_eq!(our.get("vary").as_deref(), Some("origin, x-tenant"));
    }
}

/// Everybody with credentials must be asked for in so many words, and what is no origin is refused
/// all the same.
#[tokio::test]
async fn mirror_origin() {
    let (theirs, ours) = (theirs::mirror_origin(), ours::mirror_origin().unwrap());
    let their = ask(theirs.clone(), get(EVIL)).await;
    let our = ask(ours.clone(), get(EVIL)).await;
    for answer in [their, our] {
        assert_eq!(answer.allow_origin().as_deref(), Some(EVIL));
        assert_eq!(answer.get("access-control-allow-credentials").as_deref(), Some("true"));
    }
    for origin in ["null", "nonsense", "https://a.example, https://b.example"] {
        assert_eq!(ask(theirs.clone(), get(origin)).await.allow_origin().as_deref(), Some(origin));
        assert!(!ask(ours.clone(), get(origin)).await.grants(), "{origin}");
    }
}

/// There a method that is not listed is left to the browser to refuse, here it is refused and told.
#[tokio::test]
async fn methods() {
    let (theirs, ours) = (theirs::methods(), ours::methods().unwrap());
    let their = ask(theirs.clone(), preflight(APP, "PUT")).await;
    let our = ask(ours.clone(), preflight(APP, "PUT")).await;
    assert_eq!(their.get("access-control-allow-methods").as_deref(), Some("GET,PUT,DELETE"));
    assert_eq!(our.get("access-control-allow-methods").as_deref(), Some("PUT, DELETE"));
    assert_eq!((their.status, our.status), (200, 204));
    let their = ask(theirs, preflight(APP, "PATCH")).await;
    let our = ask(ours, preflight(APP, "PATCH")).await;
    assert_eq!((their.status, their.grants()), (200, true));
    assert_eq!((our.status, our.grants()), (403, false));
}

#[tokio::test]
async fn any_method() {
    let their = ask(theirs::any_method(), preflight(APP, "PURGE")).await;
    let our = ask(ours::any_method().unwrap(), preflight(APP, "PURGE")).await;
    assert_eq!(their.get("access-control-allow-methods").as_deref(), Some("*"));
    assert_eq!(our.get("access-control-allow-methods").as_deref(), Some("*"));
}

/// With credentials `*` is a method like another, so that it is given back; what is no method is
/// not.
#[tokio::test]
async fn mirror_method() {
    let (theirs, ours) = (theirs::mirror_method(), ours::mirror_method().unwrap());
    let their = ask(theirs.clone(), preflight(APP, "PURGE")).await;
    let our = ask(ours.clone(), preflight(APP, "PURGE")).await;
    assert_eq!(their.get("access-control-allow-methods").as_deref(), Some("PURGE"));
    assert_eq!(our.get("access-control-allow-methods").as_deref(), Some("PURGE"));
    let their = ask(theirs, preflight(APP, "no, method")).await;
    let our = ask(ours, preflight(APP, "no, method")).await;
    assert_eq!(their.get("access-control-allow-methods").as_deref(), Some("no, method"));
    assert_eq!((our.status, our.grants()), (403, false));
}

fn with_headers(names: &[&str]) -> Question {
    names.iter().fold(preflight(APP, "GET"), |question, names| {
        question.with("access-control-request-headers", names)
    })
}

#[tokio::test]
async fn headers() {
    let (theirs, ours) = (theirs::headers(), ours::headers().unwrap());
    let asked = with_headers(&["authorization,content-type"]);
    let their = ask(theirs.clone(), asked.clone()).await;
    let our = ask(ours.clone(), asked).await;
    let name = "access-control-allow-headers";
    assert_eq!(their.get(name).as_deref(), Some("content-type,authorization"));
    assert_eq!(our.get(name).as_deref(), Some("content-type, authorization"));
    let their = ask(theirs, with_headers(&["x-other"])).await;
    let our = ask(ours, with_headers(&["x-other"])).await;
    assert_eq!((their.status, their.grants()), (200, true));
    assert_eq!((our.status, our.grants()), (403, false));
}

/// `*` is the same here and there, but that `Authorization` is refused, where it is left to the
/// browser.
#[tokio::test]
async fn any_header() {
    let (theirs, ours) = (theirs::any_header(), ours::any_header().unwrap());
    let name = "access-control-allow-headers";
    assert_eq!(ask(theirs.clone(), with_headers(&["x-a"])).await.get(name).as_deref(), Some("*"));
    assert_eq!(ask(ours.clone(), with_headers(&["x-a"])).await.get(name).as_deref(), Some("*"));
    let asked = with_headers(&["authorization"]);
    assert_eq!(ask(theirs, asked.clone()).await.get(name).as_deref(), Some("*"));
    assert_eq!(ask(ours, asked).await.status, 403);
}

/// The first line only is given back there, and whatever it holds.
#[tokio::test]
async fn mirror_headers() {
    let (theirs, ours) = (theirs::mirror_headers(), ours::mirror_headers().unwrap());
    let name = "access-control-allow-headers";
    let asked = with_headers(&["authorization,x-a", "x-b"]);
    assert_eq!(
        ask(theirs.clone(), asked.clone()).await.get(name).as_deref(),
        Some("authorization,x-a")
    );
    assert_eq!(ask(ours.clone(), asked).await.get(name).as_deref(), Some("*, authorization"));
    let asked = with_headers(&["no header, x-a"]);
    assert_eq!(ask(theirs, asked.clone()).await.get(name).as_deref(), Some("no header, x-a"));
    assert_eq!(ask(ours, asked).await.status, 403);
}

#[tokio::test]
async fn expose() {
    let name = "access-control-expose-headers";
    assert_eq!(ask(theirs::expose(), get(APP)).await.get(name).as_deref(), Some("x-request-id"));
    assert_eq!(
        ask(ours::expose().unwrap(), get(APP)).await.get(name).as_deref(),
        Some("x-request-id")
    );
    assert_eq!(ask(theirs::expose_any(), get(APP)).await.get(name).as_deref(), Some("*"));
    assert_eq!(ask(ours::expose_any().unwrap(), get(APP)).await.get(name).as_deref(), Some("*"));
}

#[tokio::test]
async fn max_age() {
    let name = "access-control-max-age";
    let asked = || preflight(APP, "GET");
    assert_eq!(ask(theirs::max_age(), asked()).await.get(name).as_deref(), Some("600"));
    assert_eq!(ask(ours::max_age().unwrap(), asked()).await.get(name).as_deref(), Some("600"));
    assert_eq!(ask(theirs::max_age_dynamic(), asked()).await.get(name).as_deref(), Some("600"));
    assert_eq!(
        ask(ours::max_age_dynamic().unwrap(), asked()).await.get(name).as_deref(),
        Some("600")
    );
}

/// There a refused origin gets `Access-Control-Allow-Credentials`, and a grant by the handler
/// becomes one with credentials.
#[tokio::test]
async fn credentials() {
    let name = "access-control-allow-credentials";
    let (theirs, ours) = (theirs::credentials(), ours::credentials().unwrap());
    assert_eq!(ask(theirs.clone(), get(APP)).await.get(name).as_deref(), Some("true"));
    assert_eq!(ask(ours.clone(), get(APP)).await.get(name).as_deref(), Some("true"));

    let listed = theirs::list().allow_credentials(true);
    let own = &[("access-control-allow-origin", EVIL)];
    let their = ask_with(listed, get(EVIL), own).await;
    assert_eq!(their.allow_origin().as_deref(), Some(EVIL));
    assert_eq!(their.get(name).as_deref(), Some("true"));
    assert!(!ask_with(ours, get(EVIL), own).await.grants());
}

#[tokio::test]
async fn credentials_predicate() {
    let name = "access-control-allow-credentials";
    let theirs = theirs::credentials_predicate();
    let ours = ours::credentials_predicate().unwrap();
    for (origin, credentials) in [(APP, Some("true")), (ADMIN, None)] {
        let their = ask(theirs.clone(), get(origin)).await;
        let our = ask(ours.clone(), get(origin)).await;
        assert_eq!(their.allow_origin().as_deref(), Some(origin));
        assert_eq!(our.allow_origin().as_deref(), Some(origin));
        assert_eq!(their.get(name).as_deref(), credentials);
        assert_eq!(our.get(name).as_deref(), credentials);
    }
}

/// There it is on every response to a request that asks, a refused origin's too.
#[tokio::test]
async fn private_network() {
    let name = "access-control-allow-private-network";
    let (theirs, ours) = (theirs::private_network(), ours::private_network().unwrap());
    let ask_for =
        |question: Question| question.with("access-control-request-private-network", "true");
    let asked = ask_for(preflight(APP, "GET"));
    assert_eq!(ask(theirs.clone(), asked.clone()).await.get(name).as_deref(), Some("true"));
    assert_eq!(ask(ours.clone(), asked).await.get(name).as_deref(), Some("true"));
    for asked in [ask_for(get(APP)), ask_for(preflight(EVIL, "GET"))] {
        assert_eq!(ask(theirs.clone(), asked.clone()).await.get(name).as_deref(), Some("true"));
        assert_eq!(ask(ours.clone(), asked).await.get(name), None);
    }
    let by_origin = theirs::private_network_predicate();
    assert_eq!(ask(by_origin, ask_for(preflight(ADMIN, "GET"))).await.get(name), None);
}

#[tokio::test]
async fn vary() {
    let (theirs, ours) = (theirs::vary(), ours::vary().unwrap());
    assert_eq!(ask(theirs, get(APP)).await.get("vary").as_deref(), Some("origin, x-tenant"));
    assert_eq!(ask(ours, get(APP)).await.get("vary").as_deref(), Some("origin, x-tenant"));
}

/// A name that the handler has said is said again there.
#[tokio::test]
async fn vary_is_merged() {
    let own = &[("vary", "Origin, Accept-Encoding")];
    let their = ask_with(theirs::list(), get(APP), own).await;
    let our = ask_with(ours::list().unwrap(), get(APP), own).await;
    assert_eq!(their.get("vary").as_deref(), Some("Origin, Accept-Encoding, origin"));
    assert_eq!(our.get("vary").as_deref(), Some("Origin, Accept-Encoding"));
}

#[tokio::test]
async fn permissive() {
    let (theirs, ours) = (theirs::permissive(), ours::permissive().unwrap());
    let asked = with_headers(&["x-a"]);
    let their = ask(theirs, asked.clone()).await;
    let our = ask(ours, asked).await;
    for name in ["origin", "methods", "headers"] {
        let name = format!("access-control-allow-{name}");
        assert_eq!(their.get(&name).as_deref(), Some("*"));
        assert_eq!(our.get(&name).as_deref(), Some("*"));
    }
    let their = ask(theirs::very_permissive(), get(EVIL)).await;
    assert_eq!(their.allow_origin().as_deref(), Some(EVIL));
    assert_eq!(their.get("access-control-allow-credentials").as_deref(), Some("true"));
}

/// Every OPTIONS is answered there, so that a handler of its own for OPTIONS is never asked.
#[tokio::test]
async fn options() {
    let own = &[("vary", "accept")];
    for question in [Question::new("OPTIONS"), Question::new("OPTIONS").from(APP)] {
        let their = ask_with(theirs::exact(), question.clone(), own).await;
        assert_eq!((their.status, their.get("vary")), (200, None), "the handler was not asked");
        let our = ask_with(ours::exact().unwrap(), question, own).await;
        assert_eq!(our.get("vary").as_deref(), Some("accept, origin"), "it was");
    }
}
