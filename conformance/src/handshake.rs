//! The handshake between a browser and a policy, played to its end.

use corsac::fetch::{
    Browser, FailureCode, Fetch, Judgement, Message, MessageKind, Outcome, PreflightCache,
    Response, judge, judge_with_cache,
};
use corsac::{Decision, OWNED_FIELDS, Policy, Request};
use serde_json::Value;
use std::time::Duration;

use crate::advice::advice;
use crate::oracle::answer::Evaluation;

/// One message, and what the server makes of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What the browser sends.
    pub request: Message,
    /// The decision, as the oracle tells it.
    pub decision: Value,
    /// What would let it through, where it is refused.
    pub advice: Option<String>,
    /// What the server answers.
    pub response: Response,
}

/// A whole handshake.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// What came of it.
    pub judgement: Judgement,
    /// Every message, in order.
    pub exchanges: Vec<Exchange>,
}

/// Plays a browser against a server that answers as the policy says, and whose handler answers
/// every other request with `handler`.
#[must_use]
pub fn play(
    policy: &Policy,
    fetch: &Fetch,
    handler: &Response,
    browser: Browser,
    mut cache: Option<(&mut PreflightCache, Duration)>,
) -> Handshake {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut responses = Vec::new();
    loop {
        let judgement = match &mut cache {
            Some((cache, now)) => judge_with_cache(fetch, &responses, browser, cache, *now),
            None => judge(fetch, &responses, browser),
        };
        // At most 21 requests and as many preflights: the browser follows 20 redirects.
        if let (Outcome::NeedsResponse, Some(message)) = (&judgement.outcome, judgement.sent.last())
        {
            let exchange = answer(policy, message.clone(), handler);
            responses.push(exchange.response.clone());
            exchanges.push(exchange);
            continue;
        }
        if let (Outcome::Block(failure), Some(last)) = (&judgement.outcome, exchanges.last_mut())
            && last.advice.is_none()
            && !policy.config().allow_credentials
            && wants_credentials(failure.code())
        {
            last.advice = Some(WITH_CREDENTIALS.to_owned());
        }
        return Handshake { judgement, exchanges };
    }
}

/// What is wanted of a policy that lets the origin in, but not its credentials.
const WITH_CREDENTIALS: &str = "if this page's requests may carry cookies, set allow_credentials, \
                                and list its origin instead of *; or ask without credentials";

fn wants_credentials(code: FailureCode) -> bool {
    matches!(
        code,
        FailureCode::AllowCredentialsNotTrue | FailureCode::AllowOriginWildcardWithCredentials
    )
}

fn answer(policy: &Policy, message: Message, handler: &Response) -> Exchange {
    let fields = message.headers.iter().map(|(name, value)| (name, value.as_slice()));
    let request = Request::from_fields(&message.method, fields);
    let decision = policy.evaluate(&request);
    let response = match decision.status() {
        Some(status) => apply(&decision, &Response::new(status)),
        None => apply(&decision, handler),
    };
    let value = serde_json::to_value(Evaluation(&decision)).unwrap_or_default();
    let advice = advice(&decision);
    debug_assert!((message.kind == MessageKind::Preflight) <= decision.status().is_some());
    Exchange { decision: value, advice, response, request: message }
}

/// Puts a decision on a response whose headers may hold any bytes.
#[must_use]
pub fn apply(decision: &Decision<'_>, handler: &Response) -> Response {
    let fields = decision.fields().map(|field| (field.name().as_bytes(), field.value()));
    add_to_handler(handler, fields)
}

/// Puts the fields of an answer on a handler's response: `vary` is merged, and whatever else is
/// CORS's own is replaced.
#[must_use]
pub fn add_to_handler<'f>(
    handler: &Response,
    fields: impl Iterator<Item = (&'f [u8], &'f [u8])>,
) -> Response {
    let mut response = handler.clone();
    response.headers.retain(|(name, _)| {
        !OWNED_FIELDS.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
    });
    for (name, value) in fields {
        let is_vary = name.eq_ignore_ascii_case(b"vary");
        let value = if is_vary { missing_from_vary(&response, value) } else { value.to_vec() };
        if !(is_vary && value.is_empty()) {
            response.push_header(name, &value);
        }
    }
    response
}

/// Of the names in `vary`, those that the response does not vary by yet.
fn missing_from_vary(response: &Response, vary: &[u8]) -> Vec<u8> {
    let lines = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"vary"));
    let present: Vec<&[u8]> = lines
        .flat_map(|(_, value)| value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect();
    let is_present = |name: &[u8]| {
        present.iter().any(|other| *other == b"*" || other.eq_ignore_ascii_case(name))
    };
    let names = vary.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    names.filter(|name| !is_present(name)).collect::<Vec<_>>().join(&b", "[..])
}
