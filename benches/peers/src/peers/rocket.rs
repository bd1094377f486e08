//! `rocket_cors`, and Rocket without it, through Rocket's local client. Its requests hold their
//! fields as strings of their own; these borrow, as those of its server do.

use std::hint::black_box;

use futures_util::FutureExt as _;
use rocket::config::LogLevel;
use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use rocket::route::{BoxFuture, Outcome, Route};
use rocket::{Build, Config, Data, Request, Response, Rocket};
use rocket_cors::{AllowedHeaders, AllowedOrigins, CorsOptions};

use crate::scenarios::Scenario;
use crate::{Answer, Peer};

fn respond<'r>(_: &'r Request<'_>, _: Data<'r>) -> BoxFuture<'r> {
    let response = Response::build()
        .status(Status::Ok)
        .raw_header("content-type", "application/json")
        .finalize();
    Box::pin(std::future::ready(Outcome::Success(response)))
}

/// Answers `OPTIONS` too: without such a route a preflight would be measured against a page that
/// says 404.
fn service() -> Rocket<Build> {
    let config = Config { log_level: LogLevel::Off, ..Config::release_default() };
    let routes = [Method::Get, Method::Options].map(|method| Route::new(method, "/", respond));
    rocket::custom(config).mount("/", routes.to_vec())
}

pub(super) fn bare(scenario: &Scenario) -> Box<dyn Peer> {
    asked(service(), scenario)
}

pub(super) fn rocket_cors(scenario: &Scenario) -> Box<dyn Peer> {
    let rules = &scenario.rules;
    let mut options = CorsOptions::default()
        .allowed_origins(match &rules.origins {
            None => AllowedOrigins::all(),
            Some(origins) => AllowedOrigins::some_exact(origins),
        })
        .send_wildcard(rules.origins.is_none())
        .allow_credentials(rules.credentials)
        .expose_headers(rules.expose.iter().map(|name| (*name).to_owned()).collect())
        .max_age(rules.max_age.map(|seconds| seconds as usize));
    if scenario.is_preflight() {
        let methods = rules.methods.iter().map(|name| name.parse().expect("a method"));
        let headers = AllowedHeaders::some(rules.headers);
        options = options.allowed_methods(methods.collect()).allowed_headers(headers);
    }
    asked(service().attach(options.to_cors().expect("the policy is sound")), scenario)
}

struct Asked {
    request: LocalRequest<'static>,
}

fn asked(rocket: Rocket<Build>, scenario: &Scenario) -> Box<dyn Peer> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let client = runtime.block_on(Client::untracked(rocket)).expect("a rocket that starts");
    let client: &'static Client = Box::leak(Box::new(client));
    let method = if scenario.is_preflight() { Method::Options } else { Method::Get };
    let mut request = client.req(method, "/");
    for (name, value) in &scenario.fields {
        let value: &'static str = String::from_utf8(value.to_vec()).expect("text").leak();
        request.add_header(Header::new(*name, value));
    }
    Box::new(Asked { request })
}

impl Asked {
    #[inline]
    fn exchange(&self) -> LocalResponse<'static> {
        let answered = self.request.clone().dispatch().now_or_never();
        answered.expect("a service that waits for nothing answers at once")
    }
}

impl Peer for Asked {
    fn ask(&mut self) {
        drop(black_box(self.exchange()));
    }

    fn answer(&mut self) -> Answer {
        let response = self.exchange();
        let fields = response.headers().iter();
        let fields = fields.map(|field| {
            (field.name().as_str().to_ascii_lowercase(), field.value().as_bytes().to_vec())
        });
        Answer { status: response.status().code, fields: fields.collect() }
    }
}
