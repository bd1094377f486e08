//! tower-http's `CorsLayer` around a service that answers 200.
//!
//! Origins are given to `AllowOrigin::list`; where one is a pattern, to `AllowOrigin::predicate`, which its
//! documentation uses for subdomains, with an anchored regular expression for each pattern. `*` is `Any`,
//! and with credentials, where `Any` panics, `mirror_request`, as its documentation advises. A byte that
//! `http::HeaderValue` cannot hold never reaches the layer.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use adaptor_protocol::{
    About, Answer, Policy, Refused, Request, as_regex, handler_runs, is_exact, locked_version, run,
    status_without_handler,
};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Method};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Any, CorsLayer, ExposeHeaders};

fn main() -> io::Result<()> {
    let about = About {
        name: "tower-http",
        version: locked_version("tower-http"),
        homepage: "https://crates.io/crates/tower-http",
        profile: None,
    };
    run(&about, define, evaluate)
}

fn define(policy: &Policy) -> Result<CorsLayer, Refused> {
    policy.has_only_common_fields(200)?;
    let mut layer = CorsLayer::new()
        .allow_origin(origins(policy)?)
        .allow_methods(methods(policy)?)
        .allow_headers(headers(policy)?)
        .expose_headers(exposed(policy)?)
        .allow_credentials(policy.allow_credentials)
        .allow_private_network(policy.allow_private_network);
    if let Some(seconds) = policy.max_age {
        let seconds = u64::try_from(seconds).map_err(unusable)?;
        layer = layer.max_age(Duration::from_secs(seconds));
    }
    // What it refuses, it refuses when it is put around a service.
    let _ = layer.layer(service_fn(handler));
    Ok(layer)
}

fn origins(policy: &Policy) -> Result<AllowOrigin, Refused> {
    if policy.is_any_origin() {
        return Ok(AllowOrigin::any());
    }
    let (exact, patterns): (Vec<&String>, Vec<&String>) =
        policy.allow_origins.iter().partition(|origin| is_exact(origin) || *origin == "*");
    let exact: Vec<HeaderValue> =
        exact.into_iter().map(|origin| value(origin)).collect::<Result<_, _>>()?;
    if patterns.is_empty() {
        return Ok(AllowOrigin::list(exact));
    }
    let patterns = patterns
        .into_iter()
        .map(|pattern| as_regex(pattern).ok_or_else(|| Refused::skip("no such wildcard")))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(AllowOrigin::predicate(move |origin, _| {
        exact.contains(origin) || patterns.iter().any(|pattern| pattern.is_match(origin.as_bytes()))
    }))
}

fn methods(policy: &Policy) -> Result<AllowMethods, Refused> {
    Ok(match (policy.is_any_method(), policy.allow_credentials) {
        (true, true) => AllowMethods::mirror_request(),
        (true, false) => Any.into(),
        (false, _) => {
            let methods = policy.methods();
            let methods = methods.iter().map(|method| Method::from_bytes(method.as_bytes()));
            AllowMethods::list(methods.collect::<Result<Vec<_>, _>>().map_err(unusable)?)
        }
    })
}

fn headers(policy: &Policy) -> Result<AllowHeaders, Refused> {
    Ok(match (policy.is_any_header(), policy.allow_credentials) {
        (true, true) => AllowHeaders::mirror_request(),
        (true, false) if policy.allow_headers.len() == 1 => Any.into(),
        _ => AllowHeaders::list(names(&policy.allow_headers)?),
    })
}

fn exposed(policy: &Policy) -> Result<ExposeHeaders, Refused> {
    if policy.exposes_any() {
        return Ok(Any.into());
    }
    Ok(ExposeHeaders::list(names(&policy.expose_headers)?))
}

fn names(names: &[String]) -> Result<Vec<HeaderName>, Refused> {
    let names = names.iter().map(|name| HeaderName::from_bytes(name.as_bytes()));
    names.collect::<Result<_, _>>().map_err(unusable)
}

fn value(text: &str) -> Result<HeaderValue, Refused> {
    HeaderValue::from_str(text).map_err(unusable)
}

/// Its types refuse what the policy says.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` takes")]
fn unusable(error: impl ToString) -> Refused {
    Refused::policy(error.to_string())
}

async fn handler(_: http::Request<()>) -> Result<http::Response<()>, Infallible> {
    handler_runs();
    Ok(http::Response::new(()))
}

fn evaluate(layer: &CorsLayer, request: &Request) -> Result<Answer, Refused> {
    let service = layer.layer(service_fn(handler));
    let response = service.oneshot(message(request)?).now_or_never();
    let Some(Ok(response)) = response else {
        return Err(Refused::skip("the service waits for something"));
    };
    let headers = response.headers().iter();
    Ok(Answer {
        status: status_without_handler(response.status().as_u16()),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        ..Answer::default()
    })
}

fn message(request: &Request) -> Result<http::Request<()>, Refused> {
    let mut message = http::Request::builder().uri("/").method(request.method.as_slice());
    for (name, value) in request.fields() {
        message = message.header(name.as_bytes(), value);
    }
    message
        .body(())
        .map_err(|error| Refused::skip(format!("http::Request cannot hold it: {error}")))
}
