//! corsac in a Rocket application: a fairing.
//!
//! A fairing cannot answer a request, so a preflight is sent to a route of its own, past every
//! route and guard of the application, and its answer is made on the way back.

use std::io::Cursor;
use std::net::SocketAddr;

use corsac::{OWNED_FIELDS, Policy, missing_from_vary};
use rocket::config::{Config, LogLevel};
use rocket::fairing::{self, AdHoc, Fairing, Info, Kind};
use rocket::http::uri::Origin;
use rocket::http::{Header, Method, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::Redirect;
use rocket::{Build, Data, Request, Response, Rocket, Route, route, routes};

struct Cors {
    policy: Policy,
}

/// What was decided, until there is a response.
#[derive(Default)]
struct Decided {
    preflight: Option<u16>,
    fields: Vec<(&'static str, String)>,
}

static PREFLIGHTS: Origin<'static> = Origin::const_new("/.corsac/preflight", None);

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info { name: "CORS", kind: Kind::Ignite | Kind::Request | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        let before_all = Route::ranked(
            isize::MIN,
            Method::Options,
            PREFLIGHTS.path().as_str(),
            route::dummy_handler,
        );
        Ok(rocket.mount("/", [before_all]))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let decided = self.decide(request);
        if decided.preflight.is_some() {
            request.set_uri(PREFLIGHTS.clone());
        }
        request.local_cache(|| decided);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Decided { preflight, fields } = request.local_cache(Decided::default);
        if let Some(status) = preflight {
            *response = Response::new();
            response.set_status(Status::new(*status));
            response.set_sized_body(0, Cursor::new(""));
        }
        for name in OWNED_FIELDS {
            response.remove_header(name);
        }
        for (name, value) in fields {
            if *name == "vary" {
                let there = || response.headers().get(name).map(str::as_bytes);
                let missing: Vec<_> = missing_from_vary(there, value.as_bytes()).collect();
                let missing = String::from_utf8_lossy(&missing.join(&b", "[..])).into_owned();
                if !missing.is_empty() {
                    response.adjoin_header(Header::new(*name, missing));
                }
            } else {
                response.adjoin_header(Header::new(*name, value.clone()));
            }
        }
    }
}

impl Cors {
    fn decide(&self, request: &Request<'_>) -> Decided {
        let mut cors = corsac::Request::new(request.method().as_str().as_bytes());
        let headers = request.headers();
        headers.get("origin").for_each(|value| cors.push_origin(value.as_bytes()));
        headers
            .get("access-control-request-method")
            .for_each(|value| cors.push_request_method(value.as_bytes()));
        headers
            .get("access-control-request-headers")
            .for_each(|value| cors.push_request_headers(value.as_bytes()));
        headers
            .get("access-control-request-private-network")
            .for_each(|value| cors.push_request_private_network(value.as_bytes()));
        let decision = self.policy.evaluate(&cors);
        kit::log(&decision);
        // A value is always printable ASCII.
        let text = |value| String::from_utf8_lossy(value).into_owned();
        let fields = decision.fields().map(|field| (field.name(), text(field.value()))).collect();
        Decided { preflight: decision.status(), fields }
    }
}

#[rocket::main]
async fn main() -> Result<(), Box<rocket::Error>> {
    let command_line = kit::CommandLine::read();
    let config =
        Config { port: command_line.port, log_level: LogLevel::Off, ..Config::release_default() };
    rocket::custom(config)
        .attach(Cors { policy: command_line.policy })
        .attach(AdHoc::on_liftoff("announce", |rocket| {
            Box::pin(async move {
                let config = rocket.config();
                kit::announce(SocketAddr::new(config.address, config.port));
            })
        }))
        .mount("/", routes![things, options, put, delete, secret, put_secret, moved, fail, foreign])
        .mount("/", routes![panics])
        .launch()
        .await
        .map(|_| ())
        .map_err(Box::new)
}

// The application, which knows nothing of CORS.

#[derive(rocket::Responder)]
struct Things {
    body: &'static str,
    vary: Header<'static>,
    request_id: Header<'static>,
}

#[rocket::get("/things")]
fn things() -> Things {
    Things {
        body: "things",
        vary: Header::new("vary", "Accept-Encoding"),
        request_id: Header::new("x-request-id", "1"),
    }
}

#[rocket::options("/things")]
fn options() -> &'static str {
    "options"
}

#[rocket::put("/things/<_>")]
fn put() -> &'static str {
    "done"
}

#[rocket::delete("/things/<_>")]
fn delete() -> &'static str {
    "done"
}

/// A guard of the application: preflights never come to it.
struct User;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match request.headers().get_one("authorization") {
            Some("Bearer sesame") => Outcome::Success(Self),
            _ => Outcome::Error((Status::Unauthorized, ())),
        }
    }
}

#[rocket::get("/secret")]
fn secret(_user: User) -> &'static str {
    "secret"
}

#[rocket::put("/secret")]
fn put_secret(_user: User) -> &'static str {
    "secret"
}

#[rocket::get("/moved")]
fn moved() -> Redirect {
    Redirect::temporary("/things")
}

#[rocket::get("/fail")]
fn fail() -> Status {
    Status::InternalServerError
}

#[rocket::get("/panic")]
fn panics() -> &'static str {
    panic!("a handler panics, and Rocket makes a 500 of it")
}

/// A handler with opinions of its own about CORS, all of them wrong. None gets through.
struct Foreign;

impl<'r> rocket::response::Responder<'r, 'static> for Foreign {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::new();
        for (name, value) in [
            ("access-control-allow-origin", "https://evil.example"),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "*"),
            ("access-control-allow-headers", "*"),
            ("access-control-expose-headers", "*"),
            ("access-control-max-age", "86400"),
            ("vary", "Accept-Encoding, Origin"),
        ] {
            response.adjoin_raw_header(name, value);
        }
        response.set_sized_body(None, Cursor::new("foreign"));
        Ok(response)
    }
}

#[rocket::get("/foreign")]
fn foreign() -> Foreign {
    Foreign
}
