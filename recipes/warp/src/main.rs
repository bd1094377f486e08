//! corsac around warp's filters: the `tower` layer on the service that they make.
//!
//! warp's own `cors()` is a wrapper of filters, inside of rejection handling, so that a 404 lacks
//! its headers. Around the service nothing is left out.

use std::convert::Infallible;

use corsac::tower::CorsLayer;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::Layer as _;
use warp::http::header::LOCATION;
use warp::http::{Response, StatusCode};
use warp::{Filter, Rejection, Reply};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let command_line = kit::CommandLine::read();
    let listener = TcpListener::from_std(command_line.listen())?;
    let routes = routes().recover(answer_rejection);
    let service = CorsLayer::new(command_line.policy).layer(warp::service(routes));
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}

// The application, which knows nothing of CORS.

fn routes() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    let things = warp::get().and(warp::path!("things")).map(|| {
        let reply = warp::reply::with_header("things", "vary", "Accept-Encoding");
        warp::reply::with_header(reply, "x-request-id", "1")
    });
    let options = warp::options().and(warp::path!("things")).map(|| "options");
    let thing = warp::put().or(warp::delete()).unify();
    let thing = thing.and(warp::path!("things" / u64)).map(|_| "done");
    let secret = warp::get().or(warp::put()).unify();
    let secret = secret.and(warp::path!("secret")).and(user()).map(|()| "secret");
    let moved = warp::get().and(warp::path!("moved")).map(|| {
        let reply = warp::reply::with_status("", StatusCode::TEMPORARY_REDIRECT);
        warp::reply::with_header(reply, LOCATION, "/things")
    });
    let fail = warp::get()
        .and(warp::path!("fail"))
        .and_then(async || Err::<&str, _>(warp::reject::custom(DatabaseIsGone)));
    let foreign = warp::get().and(warp::path!("foreign")).map(foreign);
    things.or(options).or(thing).or(secret).or(moved).or(fail).or(foreign)
}

#[derive(Debug)]
struct Unauthorized;

impl warp::reject::Reject for Unauthorized {}

#[derive(Debug)]
struct DatabaseIsGone;

impl warp::reject::Reject for DatabaseIsGone {}

fn user() -> impl Filter<Extract = ((),), Error = Rejection> + Clone {
    warp::header::optional("authorization").and_then(async |token: Option<String>| {
        match token.as_deref() {
            Some("Bearer sesame") => Ok(()),
            _ => Err(warp::reject::custom(Unauthorized)),
        }
    })
}

async fn answer_rejection(rejection: Rejection) -> Result<impl Reply, Infallible> {
    let (status, text) = if rejection.find::<Unauthorized>().is_some() {
        (StatusCode::UNAUTHORIZED, "who are you?")
    } else if rejection.find::<DatabaseIsGone>().is_some() {
        (StatusCode::INTERNAL_SERVER_ERROR, "internal server error")
    } else {
        (StatusCode::NOT_FOUND, "not found")
    };
    Ok(warp::reply::with_status(text, status))
}

/// A handler with opinions of its own about CORS, all of them wrong. None gets through.
fn foreign() -> impl Reply {
    let headers = [
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "*"),
        ("access-control-max-age", "86400"),
        ("vary", "Accept-Encoding, Origin"),
    ];
    let response = headers
        .into_iter()
        .fold(Response::builder(), |response, (name, value)| response.header(name, value));
    response.body("foreign")
}
