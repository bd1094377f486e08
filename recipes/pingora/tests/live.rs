//! The proxy in front of an upstream with CORS headers of its own, as browsers see it.

#[path = "live/upstream.rs"]
mod upstream;

use std::net::{SocketAddr, TcpListener};

use live::case::{ANY, Case, LIST, PATTERNS};
use live::http::{Connection, grants, values};
use live::server::{Server, policies};
use live::suite::{self, ask, fetch};
use upstream::Upstream;

const PAGE: &str = "https://app.example.com";

fn proxy_to(case: &Case, upstream: SocketAddr) -> Server {
    let program = env!("CARGO_BIN_EXE_pingora-recipe");
    Server::start_with(program, &policies().join(case.file), &[&upstream.to_string()])
}

fn holds(case: &Case) {
    let upstream = Upstream::start();
    suite::hold(&proxy_to(case, upstream.address()), case);
    assert_eq!(upstream.preflights(), 0, "a preflight went through");
}

#[test]
fn any_origin() {
    holds(&ANY);
}

#[test]
fn a_list_with_credentials() {
    holds(&LIST);
}

#[test]
fn patterns() {
    holds(&PATTERNS);
}

/// What the proxy answers by itself: script can read the status, and a stranger cannot.
fn is_the_proxys(proxy: &Server, path: &str, status: u16) -> Result<(), String> {
    let visit = fetch(proxy, &LIST, PAGE, "GET", path, &[])?;
    assert_eq!(visit.shared()?, status);
    assert_eq!(values(&visit.last()?.head, "vary"), ["origin"]);
    let visit = fetch(proxy, &LIST, "https://stranger.example", "GET", path, &[])?;
    assert_eq!(visit.last()?.head.status, status);
    assert!(grants(&visit.last()?.head).is_empty(), "{:?}", visit.answers);
    assert_eq!(values(&visit.last()?.head, "vary"), ["origin"]);
    Ok(())
}

#[test]
fn the_upstream_is_down() -> Result<(), String> {
    // A port that was free a moment ago, and that nobody listens on.
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let proxy = proxy_to(&LIST, nobody.map_err(|error| error.to_string())?);
    is_the_proxys(&proxy, "/things", 502)?;
    // A preflight does not need it.
    let visit = fetch(&proxy, &LIST, PAGE, "PUT", "/things/1", &[])?;
    assert_eq!(visit.preflights(), 1);
    assert_eq!(visit.shared()?, 502);
    Ok(())
}

#[test]
fn the_upstream_breaks_off() -> Result<(), String> {
    let upstream = Upstream::start();
    is_the_proxys(&proxy_to(&LIST, upstream.address()), "/breaks-off", 502)
}

#[test]
fn the_upstream_speaks_no_http() -> Result<(), String> {
    let upstream = Upstream::start();
    is_the_proxys(&proxy_to(&LIST, upstream.address()), "/babbles", 502)
}

#[test]
fn the_proxy_answers_by_itself() -> Result<(), String> {
    let upstream = Upstream::start();
    is_the_proxys(&proxy_to(&LIST, upstream.address()), "/internal/state", 403)
}

/// The head, and every part, is there before the next part is sent: nothing is held back.
#[test]
fn a_stream_flows() -> Result<(), String> {
    let upstream = Upstream::start();
    let proxy = proxy_to(&LIST, upstream.address());
    let failed = |error: std::io::Error| error.to_string();
    let mut connection = Connection::open(proxy.address()).map_err(failed)?;
    connection.send(b"GET", "/stream", &[("origin", PAGE)], b"").map_err(failed)?;
    let head = connection.receive_head().map_err(failed)?;
    assert_eq!(values(&head, "access-control-allow-origin"), [PAGE]);
    for part in ["one", "two", "three"] {
        // The upstream sends no part before it is told to.
        upstream.send_part(part);
        let chunk = connection.receive_chunk().map_err(failed)?;
        assert_eq!(chunk.as_deref(), Some(part.as_bytes()));
    }
    upstream.end_stream();
    assert_eq!(connection.receive_chunk().map_err(failed)?, None);
    Ok(())
}

/// 304 has no body, and the decision all the same.
#[test]
fn not_modified() -> Result<(), String> {
    let upstream = Upstream::start();
    let proxy = proxy_to(&LIST, upstream.address());
    let answer = ask(&proxy, "GET", "/not-modified", &[("origin", PAGE)])?;
    assert_eq!(answer.head.status, 304);
    assert_eq!(values(&answer.head, "access-control-allow-origin"), [PAGE]);
    Ok(())
}
