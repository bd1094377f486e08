//! corsac, as its layer does it: decide, hand the request on, put the decision on the response.

use corsac::Policy;
use corsac::tower::{Cors, CorsLayer, Outcomes};
use tower::service_fn;

use super::tower::{asked, respond};
use crate::Peer;
use crate::scenarios::Scenario;

pub(super) fn peer(scenario: &Scenario) -> Box<dyn Peer> {
    // No other of the implementations leaves a word for logs in the response.
    let layer = CorsLayer::new(policy(scenario)).outcomes(Outcomes::Nothing);
    asked(Cors::new(service_fn(respond), layer), scenario)
}

fn policy(scenario: &Scenario) -> Policy {
    let rules = &scenario.rules;
    let any = ["*".to_owned()];
    let mut builder = Policy::builder()
        .allow_origins(rules.origins.as_deref().unwrap_or(&any))
        .allow_methods(rules.methods.iter().copied())
        .allow_headers(rules.headers.iter().copied())
        .expose_headers(rules.expose.iter().copied())
        .allow_credentials(rules.credentials);
    if let Some(seconds) = rules.max_age {
        builder = builder.max_age(seconds);
    }
    builder.build().expect("the policy is sound")
}
