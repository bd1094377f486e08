//! With corsac.

use std::error::Error;

use corsac::tower::{CorsLayer, LookUp, PerRequest};
use corsac::{Origin, OriginVerdict, Policy, PolicyBuilder, PolicyError};
use http::HeaderValue;
use http::request::Parts;

pub fn any_origin() -> Result<CorsLayer, PolicyError> {
    let policy = Policy::builder().allow_origins(["*"]).build()?;
    Ok(CorsLayer::new(policy))
}

/// The policy to which the others add.
pub fn app() -> PolicyBuilder {
    Policy::builder().allow_origins(["https://app.example.com"])
}

pub fn exact() -> Result<CorsLayer, PolicyError> {
    let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn list() -> Result<CorsLayer, PolicyError> {
    let policy = Policy::builder()
        .allow_origins(["https://app.example.com", "https://admin.example.com"])
        .build()?;
    Ok(CorsLayer::new(policy))
}

pub fn predicate() -> Result<CorsLayer, PolicyError> {
    let policy = Policy::builder().allow_origins(["https://*.example.com"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn async_predicate() -> Result<
    CorsLayer<Policy, LookUp<impl LooksUp<Asked: Future<Output = OriginVerdict>>>>,
    Box<dyn Error>,
> {
    let policy = Policy::builder().dynamic_origins(true).build()?;
    Ok(CorsLayer::new(policy)
        .look_up_origins(|origin: Origin<'_>, parts: &Parts| {
            let origin = origin.as_str().to_owned();
            let tenant = parts.headers.get("x-tenant").cloned();
            async move {
                match is_customer(&origin, tenant).await {
                    true => OriginVerdict::Allow,
                    false => OriginVerdict::Deny,
                }
            }
        })
        .vary_by(["x-tenant"])?)
}

pub fn mirror_origin() -> Result<
    CorsLayer<Policy, LookUp<impl LooksUp<Asked: Future<Output = OriginVerdict>>>>,
    PolicyError,
> {
    let policy = Policy::builder().dynamic_origins(true).allow_credentials(true).build()?;
    Ok(CorsLayer::new(policy)
        .look_up_origins(|_: Origin<'_>, _: &Parts| std::future::ready(OriginVerdict::Allow)))
}

pub fn methods() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_methods(["PUT", "DELETE"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn any_method() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_methods(["*"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn mirror_method() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_credentials(true).allow_methods(["*"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn headers() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_headers(["content-type", "authorization"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn any_header() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_headers(["*"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn mirror_headers() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_headers(["*", "authorization"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn expose() -> Result<CorsLayer, PolicyError> {
    let policy = app().expose_headers(["x-request-id"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn expose_any() -> Result<CorsLayer, PolicyError> {
    let policy = app().expose_headers(["*"]).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn max_age() -> Result<CorsLayer, PolicyError> {
    let policy = app().max_age(600).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn max_age_dynamic() -> Result<CorsLayer<PerRequest<impl Chooses>>, PolicyError> {
    let (long, short) = (app().max_age(600).build()?, app().max_age(5).build()?);
    Ok(CorsLayer::per_request(move |parts: &Parts| {
        if parts.uri.path().starts_with("/things") { long.clone() } else { short.clone() }
    }))
}

pub fn credentials() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_credentials(true).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn credentials_predicate() -> Result<CorsLayer<PerRequest<impl Chooses>>, PolicyError> {
    let with = app().allow_credentials(true).build()?;
    let without = Policy::builder().allow_origins(["https://admin.example.com"]).build()?;
    Ok(CorsLayer::per_request(move |parts: &Parts| {
        let origin = parts.headers.get("origin");
        if origin.is_some_and(|origin| origin == "https://admin.example.com") {
            without.clone()
        } else {
            with.clone()
        }
    }))
}

pub fn private_network() -> Result<CorsLayer, PolicyError> {
    let policy = app().allow_private_network(true).build()?;
    Ok(CorsLayer::new(policy))
}

pub fn vary() -> Result<CorsLayer, Box<dyn Error>> {
    let policy = Policy::builder()
        .allow_origins(["https://app.example.com", "https://admin.example.com"])
        .build()?;
    Ok(CorsLayer::new(policy).vary_by(["x-tenant"])?)
}

pub fn permissive() -> Result<CorsLayer, PolicyError> {
    let policy = Policy::builder()
        .allow_origins(["*"])
        .allow_methods(["*"])
        .allow_headers(["*"])
        .expose_headers(["*"])
        .build()?;
    Ok(CorsLayer::new(policy))
}

async fn is_customer(origin: &str, tenant: Option<HeaderValue>) -> bool {
    origin == "https://app.example.com" && tenant.is_some_and(|tenant| tenant == "ours")
}

/// A function that chooses a policy.
pub trait Chooses: Fn(&Parts) -> Policy + Clone {}
impl<F: Fn(&Parts) -> Policy + Clone> Chooses for F {}

/// A function that looks an origin up.
pub trait LooksUp: Fn(Origin<'_>, &Parts) -> Self::Asked + Clone {
    type Asked;
}
impl<F: Fn(Origin<'_>, &Parts) -> Fut + Clone, Fut> LooksUp for F {
    type Asked = Fut;
}
