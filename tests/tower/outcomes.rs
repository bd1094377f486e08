//! What is left in the extensions.

use corsac::tower::{CorsLayer, Outcome, Outcomes};
use corsac::{Kind, Rejection, Verdict};
use tower::Layer as _;

use super::{APP, EVIL, ask, done, policy, preflight, request};

async fn outcome(outcomes: Option<Outcomes>, request: http::Request<String>) -> Option<Outcome> {
    let layer = CorsLayer::new(policy());
    let layer = match outcomes {
        Some(outcomes) => layer.outcomes(outcomes),
        None => layer,
    };
    ask(layer.layer(done()), request).await.extensions().get().copied()
}

#[tokio::test]
async fn a_refused_request_leaves_its_reason() {
    for (request, kind, rejection) in [
        (request("GET", Some(EVIL)), Kind::Actual, Rejection::OriginNotAllowed),
        (request("GET", Some("null")), Kind::Actual, Rejection::OriginNull),
        (request("GET", Some("\u{ff}")), Kind::Actual, Rejection::OriginMalformed),
        (preflight(EVIL, "PUT"), Kind::Preflight, Rejection::OriginNotAllowed),
        (preflight(APP, "DELETE"), Kind::Preflight, Rejection::MethodNotAllowed),
    ] {
        let outcome = outcome(None, request).await.unwrap();
        assert_eq!(outcome.kind(), kind);
        assert_eq!(outcome.verdict(), Verdict::Deny(rejection));
        assert_eq!(outcome.rejection(), Some(rejection));
        assert!(!outcome.is_allowed());
        assert!(outcome.to_string().ends_with(&format!("[{}]", rejection.code())), "{outcome}");
    }
}

#[tokio::test]
async fn which_leave_one_is_a_choice() {
    let all = Some(Outcomes::All);
    let nothing = Some(Outcomes::Nothing);
    assert_eq!(outcome(None, request("GET", Some(APP))).await, None);
    assert_eq!(outcome(nothing, request("GET", Some(EVIL))).await, None);
    for (request, kind, text) in [
        (request("GET", None), Kind::NotCors, "not-cors allowed"),
        (request("GET", Some(APP)), Kind::Actual, "actual allowed"),
        (preflight(APP, "PUT"), Kind::Preflight, "preflight allowed"),
    ] {
        let outcome = outcome(all, request).await.unwrap();
        assert_eq!((outcome.kind(), outcome.verdict()), (kind, Verdict::Allow));
        assert_eq!(outcome.to_string(), text);
    }
}

#[tokio::test]
async fn a_403_leaves_one_too() {
    let service = CorsLayer::new(policy()).forbid_refused(true).layer(done());
    let response = ask(service, request("GET", Some(EVIL))).await;
    let outcome = response.extensions().get::<Outcome>().unwrap();
    assert_eq!(
        outcome.to_string(),
        "actual refused: the policy does not allow this origin [origin-not-allowed]"
    );
}
