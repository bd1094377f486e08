//! With rocket_cors.

use std::collections::HashSet;

use rocket_cors::{AllowedHeaders, AllowedMethods, AllowedOrigins, Cors, CorsOptions, Error};

pub fn defaults() -> Result<Cors, Error> {
    CorsOptions::default().to_cors()
}

pub fn any_origin() -> Result<Cors, Error> {
    CorsOptions::default().allowed_origins(AllowedOrigins::all()).send_wildcard(true).to_cors()
}

pub fn list() -> Result<Cors, Error> {
    CorsOptions::default()
        .allowed_origins(AllowedOrigins::some_exact(&[
            "https://app.example.com",
            "https://admin.example.com",
        ]))
        .to_cors()
}

pub fn regex() -> Result<Cors, Error> {
    CorsOptions::default()
        .allowed_origins(AllowedOrigins::some_regex(&[r"https://.+\.example\.com"]))
        .to_cors()
}

pub fn null() -> Result<Cors, Error> {
    CorsOptions::default().allowed_origins(AllowedOrigins::some_null()).to_cors()
}

fn app() -> CorsOptions {
    let origins = AllowedOrigins::some_exact(&["https://app.example.com"]);
    CorsOptions::default().allowed_origins(origins)
}

pub fn methods() -> Result<Cors, Error> {
    let methods: AllowedMethods =
        ["Get", "Put", "Delete"].iter().filter_map(|method| method.parse().ok()).collect();
    app().allowed_methods(methods).to_cors()
}

pub fn headers() -> Result<Cors, Error> {
    let headers = AllowedHeaders::some(&["content-type", "authorization"]);
    app().allowed_headers(headers).to_cors()
}

pub fn any_header() -> Result<Cors, Error> {
    app().allowed_headers(AllowedHeaders::all()).to_cors()
}

pub fn expose() -> Result<Cors, Error> {
    app().expose_headers(HashSet::from(["x-request-id".to_owned()])).to_cors()
}

pub fn max_age() -> Result<Cors, Error> {
    app().max_age(Some(600)).to_cors()
}

pub fn credentials() -> Result<Cors, Error> {
    app().allow_credentials(true).to_cors()
}

pub fn any_origin_with_credentials() -> Result<Cors, Error> {
    CorsOptions::default().allowed_origins(AllowedOrigins::all()).allow_credentials(true).to_cors()
}
