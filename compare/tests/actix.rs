//! actix-cors and corsac answer the same questions, and differ as COMPARE.md says.

use corsac_compare::actix::{ask_ours, ask_theirs, ours, theirs};
use corsac_compare::{Answer, Question, get, preflight};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";
const CREDENTIALS: &str = "access-control-allow-credentials";

async fn both(
    theirs: fn() -> actix_cors::Cors,
    ours: fn() -> Result<corsac::Policy, corsac::PolicyError>,
    question: Question,
) -> [Answer; 2] {
    [ask_theirs(theirs(), question.clone()).await, ask_ours(ours().unwrap(), question).await]
}

/// Any origin is reflected there, unless a wildcard is asked for.
#[actix_web::test]
async fn any_origin() {
    let [their, our] = both(theirs::any_origin, ours::any_origin, get(EVIL)).await;
    assert_eq!(their.allow_origin().as_deref(), Some(EVIL));
    assert_eq!(our.allow_origin().as_deref(), Some("*"));
    assert_eq!(our.get("vary"), None);
    let [their, our] = both(theirs::send_wildcard, ours::any_origin, get(EVIL)).await;
    assert_eq!(their.allow_origin(), our.allow_origin());
    // A request without Origin gets it too, as a cache may keep it.
    let [their, our] = both(theirs::any_origin, ours::any_origin, Question::new("GET")).await;
    assert_eq!(their.allow_origin(), None);
    assert_eq!(our.allow_origin().as_deref(), Some("*"));
}

#[actix_web::test]
async fn list() {
    let [their, our] = both(theirs::list, ours::list, get(APP)).await;
    assert_eq!(their.allow_origin(), our.allow_origin());
    let [their, our] = both(theirs::list, ours::list, get(EVIL)).await;
    assert_eq!((their.status, their.allow_origin()), (200, None));
    assert_eq!((our.status, our.grants()), (200, false));
}

#[actix_web::test]
async fn origin_fn() {
    let [their, our] = both(theirs::origin_fn, ours::origin_fn, get(APP)).await;
    assert_eq!(their.allow_origin(), our.allow_origin());
    let not_an_origin = "https://evil.example/.example.com";
    let [their, our] = both(theirs::origin_fn, ours::origin_fn, get(not_an_origin)).await;
    assert_eq!(their.allow_origin().as_deref(), Some(not_an_origin));
    assert!(!our.grants());
}

/// There GET is refused unless it is listed, though browsers ask for no leave.
#[actix_web::test]
async fn methods() {
    let [their, our] = both(theirs::methods, ours::methods, preflight(APP, "PUT")).await;
    assert_eq!((their.status, our.status), (200, 204));
    let name = "access-control-allow-methods";
    for answer in [&their, &our] {
        let value = answer.get(name).unwrap();
        assert!(value.contains("PUT") && value.contains("DELETE"), "{value}");
    }
    let [their, our] = both(theirs::methods, ours::methods, preflight(APP, "PATCH")).await;
    assert_eq!((their.status, our.status), (400, 403));
    assert!(!their.grants() && !our.grants());
    // What is refused varies by what was asked all the same.
    assert_eq!(their.get("vary"), None);
    assert!(our.get("vary").unwrap().contains("origin"));
}

/// Any method is nine there.
#[actix_web::test]
async fn any_method() {
    let [their, our] = both(theirs::any_method, ours::any_method, preflight(APP, "PURGE")).await;
    assert_eq!((their.status, our.status), (400, 204));
    let [their, our] = both(theirs::any_method, ours::any_method, preflight(APP, "PUT")).await;
    let name = "access-control-allow-methods";
    assert!(their.get(name).unwrap().contains("TRACE"));
    assert_eq!(our.get(name).as_deref(), Some("*"));
}

fn with_headers(names: &[&str]) -> Question {
    names.iter().fold(preflight(APP, "GET"), |question, names| {
        question.with("access-control-request-headers", names)
    })
}

/// An empty element is refused there, and only the first line is read.
#[actix_web::test]
async fn headers() {
    let asked = with_headers(&["authorization,content-type"]);
    let [their, our] = both(theirs::headers, ours::headers, asked).await;
    assert_eq!((their.status, our.status), (200, 204));
    let asked = with_headers(&["authorization,,content-type"]);
    let [their, our] = both(theirs::headers, ours::headers, asked).await;
    assert_eq!((their.status, our.status), (400, 204));
    let asked = with_headers(&["authorization", "x-not-listed"]);
    let [their, our] = both(theirs::headers, ours::headers, asked).await;
    assert_eq!((their.status, our.status), (200, 403));
}

#[actix_web::test]
async fn any_header() {
    let name = "access-control-allow-headers";
    let asked = with_headers(&["authorization,x-a"]);
    let [their, our] = both(theirs::any_header, ours::any_header, asked).await;
    assert_eq!(their.get(name).as_deref(), Some("authorization,x-a"));
    assert_eq!(our.get(name).as_deref(), Some("*, authorization"));
}

/// There a refused origin is told what is exposed.
#[actix_web::test]
async fn expose() {
    let name = "access-control-expose-headers";
    let [their, our] = both(theirs::expose, ours::expose, get(APP)).await;
    assert_eq!(their.get(name), our.get(name));
    let [their, our] = both(theirs::expose, ours::expose, get(EVIL)).await;
    assert_eq!(their.get(name).as_deref(), Some("x-request-id"));
    assert!(!our.grants());
    // Any: the names of those that are there, in an order that changes; and `*`.
    let [their, our] = both(theirs::expose_any, ours::expose_any, get(APP)).await;
    assert!(their.get(name).unwrap().contains("access-control-allow-origin"));
    assert_eq!(our.get(name).as_deref(), Some("*"));
}

#[actix_web::test]
async fn max_age() {
    let [their, our] = both(theirs::max_age, ours::max_age, preflight(APP, "GET")).await;
    let name = "access-control-max-age";
    assert_eq!((their.get(name).as_deref(), our.get(name).as_deref()), (Some("600"), Some("600")));
}

/// There a refused origin is told that credentials are welcome.
#[actix_web::test]
async fn credentials() {
    let [their, our] = both(theirs::credentials, ours::credentials, get(APP)).await;
    assert_eq!(their.get(CREDENTIALS), our.get(CREDENTIALS));
    let [their, our] = both(theirs::credentials, ours::credentials, get(EVIL)).await;
    assert_eq!(their.get(CREDENTIALS).as_deref(), Some("true"));
    assert!(!our.grants());
}

/// There `false` is as good as `true`.
#[actix_web::test]
async fn private_network() {
    let name = "access-control-allow-private-network";
    for (asked, ours_says) in [("true", Some("true")), ("false", None)] {
        let question = preflight(APP, "GET").with("access-control-request-private-network", asked);
        let [their, our] = both(theirs::private_network, ours::private_network, question).await;
        assert_eq!(their.get(name).as_deref(), Some("true"));
        assert_eq!(our.get(name).as_deref(), ours_says);
    }
}

/// `Vary` cannot be left out here: a shared cache would hand one origin's answer to another.
#[actix_web::test]
async fn without_vary() {
    let [their, our] = both(theirs::without_vary, ours::list, get(APP)).await;
    assert_eq!(their.get("vary"), None);
    assert_eq!(our.get("vary").as_deref(), Some("origin"));
}

/// The handler answers, so that a preflight has no grants unless it gives them.
#[actix_web::test]
async fn without_preflight() {
    let answer = ask_theirs(theirs::without_preflight(), preflight(APP, "PUT")).await;
    assert_eq!((answer.status, answer.get("access-control-allow-methods")), (200, None));
}

/// 400 there; here it is 403, and `CorsLayer::forbid_refused`.
#[actix_web::test]
async fn block() {
    let answer = ask_theirs(theirs::block(), get(EVIL)).await;
    assert_eq!((answer.status, answer.grants()), (400, false));
}

#[actix_web::test]
async fn permissive_is_everybody_with_credentials() {
    let answer = ask_theirs(theirs::permissive(), get(EVIL)).await;
    assert_eq!(answer.allow_origin().as_deref(), Some(EVIL));
    assert_eq!(answer.get(CREDENTIALS).as_deref(), Some("true"));
}

#[actix_web::test]
async fn nothing_is_granted_by_default() {
    let answer = ask_theirs(theirs::nothing(), get(APP)).await;
    assert!(!answer.grants());
}

/// There a mistake that is noticed is a server that does not start.
#[actix_web::test]
async fn a_mistake() {
    use actix_web::dev::Transform as _;
    use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};

    let cors = actix_cors::Cors::default().allowed_origin("*");
    let service = fn_service(|request: ServiceRequest| async move {
        Ok::<ServiceResponse, actix_web::Error>(
            request.into_response(actix_web::HttpResponse::Ok().finish()),
        )
    });
    let service = actix_web::dev::ServiceFactory::new_service(&service, ()).await.unwrap();
    assert!(cors.new_transform(service).await.is_err());
}
