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

pub fn regex() -> Result<Policy, PolicyError> {
    Policy::builder().allow_origins(["https://*.example.com"]).build()
}

pub fn null() -> Result<Policy, PolicyError> {
    Policy::builder().allow_origins(["null"]).dangerously_allow_null_origin(true).build()
}

fn app() -> PolicyBuilder {
    Policy::builder().allow_origins(["https://app.example.com"])
}

pub fn methods() -> Result<Policy, PolicyError> {
    app().allow_methods(["PUT", "DELETE"]).build()
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

pub fn max_age() -> Result<Policy, PolicyError> {
    app().max_age(600).build()
}

pub fn credentials() -> Result<Policy, PolicyError> {
    app().allow_credentials(true).build()
}
