//! With tower-http.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, request::Parts};
use tower_http::cors::{
    AllowCredentials, AllowHeaders, AllowMethods, AllowOrigin, AllowPrivateNetwork, Any, CorsLayer,
    MaxAge,
};

pub fn any_origin() -> CorsLayer {
    CorsLayer::new().allow_origin(Any)
}

pub fn exact() -> CorsLayer {
    CorsLayer::new().allow_origin(HeaderValue::from_static("https://app.example.com"))
}

pub fn list() -> CorsLayer {
    CorsLayer::new().allow_origin([
        HeaderValue::from_static("https://app.example.com"),
        HeaderValue::from_static("https://admin.example.com"),
    ])
}

pub fn predicate() -> CorsLayer {
    CorsLayer::new().allow_origin(AllowOrigin::predicate(|origin, _: &Parts| {
        origin.as_bytes().ends_with(b".example.com")
    }))
}

pub fn async_predicate() -> CorsLayer {
    CorsLayer::new().allow_origin(AllowOrigin::async_predicate(
        |origin: HeaderValue, parts: &Parts| {
            let tenant = parts.headers.get("x-tenant").cloned();
            async move { is_customer(origin.as_bytes(), tenant).await }
        },
    ))
}

pub fn mirror_origin() -> CorsLayer {
    CorsLayer::new().allow_origin(AllowOrigin::mirror_request()).allow_credentials(true)
}

pub fn methods() -> CorsLayer {
    exact().allow_methods([Method::GET, Method::PUT, Method::DELETE])
}

pub fn any_method() -> CorsLayer {
    exact().allow_methods(Any)
}

pub fn mirror_method() -> CorsLayer {
    exact().allow_credentials(true).allow_methods(AllowMethods::mirror_request())
}

pub fn headers() -> CorsLayer {
    exact().allow_headers([CONTENT_TYPE, AUTHORIZATION])
}

pub fn any_header() -> CorsLayer {
    exact().allow_headers(Any)
}

pub fn mirror_headers() -> CorsLayer {
    exact().allow_headers(AllowHeaders::mirror_request())
}

pub fn expose() -> CorsLayer {
    exact().expose_headers([HeaderName::from_static("x-request-id")])
}

pub fn expose_any() -> CorsLayer {
    exact().expose_headers(Any)
}

pub fn max_age() -> CorsLayer {
    exact().max_age(Duration::from_secs(600))
}

pub fn max_age_dynamic() -> CorsLayer {
    exact().max_age(MaxAge::dynamic(|_, parts| {
        let seconds = if parts.uri.path().starts_with("/things") { 600 } else { 5 };
        Duration::from_secs(seconds)
    }))
}

pub fn credentials() -> CorsLayer {
    exact().allow_credentials(true)
}

pub fn credentials_predicate() -> CorsLayer {
    list().allow_credentials(AllowCredentials::predicate(|origin, _| {
        origin == "https://app.example.com"
    }))
}

pub fn private_network() -> CorsLayer {
    exact().allow_private_network(true)
}

pub fn private_network_predicate() -> CorsLayer {
    list().allow_private_network(AllowPrivateNetwork::predicate(|origin, _| {
        origin == "https://app.example.com"
    }))
}

pub fn vary() -> CorsLayer {
    list().vary([HeaderName::from_static("origin"), HeaderName::from_static("x-tenant")])
}

pub fn permissive() -> CorsLayer {
    CorsLayer::permissive()
}

pub fn very_permissive() -> CorsLayer {
    CorsLayer::very_permissive()
}

async fn is_customer(origin: &[u8], tenant: Option<HeaderValue>) -> bool {
    origin == b"https://app.example.com" && tenant.is_some_and(|tenant| tenant == "ours")
}
