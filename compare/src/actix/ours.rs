//! With corsac.

use corsac::{Policy, PolicyBuilder, PolicyError};

pub fn any_origin() -> Result<Policy, PolicyError> {
    Policy::builder().allow_origins(["*"]).build()
}

pub fn list() -> Result<Policy, PolicyError> {
    Policy::builder()
        .allow_origins(["https://app.example.com", "https://admin.example.com"])
        .build()
}

pub fn origin_fn() -> Result<Policy, PolicyError> {
    Policy::builder().allow_origins(["https://*.example.com"]).build()
}

fn app() -> PolicyBuilder {
    Policy::builder().allow_origins(["https://app.example.com"])
}

pub fn methods() -> Result<Policy, PolicyError> {
    app().allow_methods(["PUT", "DELETE"]).build()
}

pub fn any_method() -> Result<Policy, PolicyError> {
    app().allow_methods(["*"]).build()
}

pub fn headers() -> Result<Policy, PolicyError> {
    app().allow_headers(["content-type", "authorization"]).build()
}

pub fn any_header() -> Result<Policy, PolicyError> {
    app().allow_headers(["*", "authorization"]).build()
}

pub fn expose() -> Result<Policy, PolicyError> {
    app().expose_headers(["x-request-id"]).build()
}

pub fn expose_any() -> Result<Policy, PolicyError> {
    app().expose_headers(["*"]).build()
}

pub fn max_age() -> Result<Policy, PolicyError> {
    app().max_age(600).build()
}

pub fn credentials() -> Result<Policy, PolicyError> {
    app().allow_credentials(true).build()
}

pub fn private_network() -> Result<Policy, PolicyError> {
    app().allow_private_network(true).build()
}
