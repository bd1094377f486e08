//! With actix-cors.

use actix_cors::Cors;
use actix_web::http::header;

pub fn nothing() -> Cors {
    Cors::default()
}

pub fn any_origin() -> Cors {
    Cors::default().allow_any_origin()
}

pub fn send_wildcard() -> Cors {
    Cors::default().allow_any_origin().send_wildcard()
}

pub fn list() -> Cors {
    Cors::default()
        .allowed_origin("https://app.example.com")
        .allowed_origin("https://admin.example.com")
}

pub fn origin_fn() -> Cors {
    Cors::default().allowed_origin_fn(|origin, _| origin.as_bytes().ends_with(b".example.com"))
}

fn app() -> Cors {
    Cors::default().allowed_origin("https://app.example.com").allowed_methods(["GET"])
}

pub fn methods() -> Cors {
    app().allowed_methods(["GET", "PUT", "DELETE"])
}

pub fn any_method() -> Cors {
    app().allow_any_method()
}

pub fn headers() -> Cors {
    app().allowed_headers([header::CONTENT_TYPE, header::AUTHORIZATION])
}

pub fn any_header() -> Cors {
    app().allow_any_header()
}

pub fn expose() -> Cors {
    app().expose_headers(["x-request-id"])
}

pub fn expose_any() -> Cors {
    app().expose_any_header()
}

pub fn max_age() -> Cors {
    app().max_age(600)
}

pub fn credentials() -> Cors {
    app().supports_credentials()
}

pub fn private_network() -> Cors {
    app().allow_private_network_access()
}

pub fn without_vary() -> Cors {
    list().disable_vary_header()
}

pub fn without_preflight() -> Cors {
    app().disable_preflight()
}

pub fn block() -> Cors {
    app().block_on_origin_mismatch(true)
}

pub fn permissive() -> Cors {
    Cors::permissive()
}
