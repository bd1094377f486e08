//! rocket_cors, and the same policies in a fairing of Rocket.

use corsac::{OWNED_FIELDS, Policy};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::Client;
use rocket::{Build, Config, Request, Response, Rocket, get, put, routes};

use crate::{Answer, Question};

pub mod ours;
pub mod theirs;

/// Puts a decision on the responses of a Rocket application.
pub struct Cors(pub Policy);

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info { name: "CORS", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let fields: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|header| (header.name().to_string(), header.value().to_owned()))
            .collect();
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let described = corsac::Request::from_fields(request.method().as_str(), fields);
        let decision = self.0.evaluate(&described);
        for name in OWNED_FIELDS {
            response.remove_header(name);
        }
        for field in decision.fields() {
            let value = String::from_utf8_lossy(field.value()).into_owned();
            response.adjoin_header(Header::new(field.name(), value));
        }
        // Without a route for OPTIONS, which is what a preflight asks for, no handler has run.
        if let Some(status) = decision.status() {
            response.set_status(Status::new(status));
            let _ = response.body_mut().take();
        }
    }
}

#[get("/things/1")]
fn read() -> &'static str {
    "done"
}

#[put("/things/1")]
fn write() -> &'static str {
    "done"
}

/// Puts a question to a handler that says 200, behind a fairing.
pub fn ask(fairing: impl Fairing, question: Question) -> Answer {
    let config = Config { log_level: rocket::config::LogLevel::Off, ..Config::debug_default() };
    let rocket: Rocket<Build> =
        rocket::custom(config).mount("/", routes![read, write]).attach(fairing);
    let client = Client::untracked(rocket).expect("it ignites");
    let method: Method = question.method.parse().expect("it is a method of Rocket's");
    let mut request = client.req(method, "/things/1");
    for (name, value) in question.fields {
        request.add_header(Header::new(name, value));
    }
    let response = request.dispatch();
    let fields: Vec<_> = response
        .headers()
        .iter()
        .map(|header| (header.name().to_string(), header.value().to_owned()))
        .collect();
    Answer::new(response.status().code, fields)
}
