//! gRPC-Web over HTTP/1.1, as browsers send it.

use corsac::fetch::{Body, Credentials, Fetch, Outcome, Response};
use live::browser::{Visit, visit};
use live::case::{ANY, Case, LIST, PATTERNS};
use live::ensure;
use live::http::{Connection, grants, values};
use live::server::Server;
use live::suite::ask;

const CHECK: &str = "/grpc.health.v1.Health/Check";
const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/grpc-web+proto"),
    ("x-grpc-web", "1"),
    ("x-user-agent", "grpc-web-javascript/0.1"),
];

/// A message: no compression, its length, and itself.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0][..], &length.to_be_bytes(), message].concat()
}

/// What grpc-web's client does, but for the body of the request, which `visit` does not send: an
/// empty one is no message, and the call fails in a way that script must be able to tell.
fn call(server: &Server, case: &Case, page: &str, more: &[(&str, &str)]) -> Result<Visit, String> {
    let mut fetch = Fetch::new(&server.url(CHECK), page).map_err(|error| error.to_string())?;
    fetch.set_method("POST");
    fetch.set_body(Body::Bytes);
    if case.credentials {
        fetch.set_credentials(Credentials::Include);
    }
    for (name, value) in HEADERS.iter().chain(more) {
        fetch.push_header(name.as_bytes(), value.as_bytes()).map_err(|error| error.to_string())?;
    }
    visit(server, &fetch)
}

fn is_preflight_refused(visit: &Visit) -> Result<(), String> {
    ensure!(matches!(visit.judgement.outcome, Outcome::Block(_)), "{:?}", visit.answers);
    let head = &visit.last()?.head;
    ensure!(visit.answers.len() == 1 && head.status == 403, "{head:?}");
    ensure!(grants(head).is_empty(), "{head:?}");
    Ok(())
}

fn holds(case: &Case) -> Result<(), String> {
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/");
    let policy = [policy, case.file].concat();
    let server = Server::start(env!("CARGO_BIN_EXE_tonic-web-recipe"), policy.as_ref());

    for page in case.allowed {
        // A preflight, and the call.
        let visit = call(&server, case, page, &[])?;
        ensure!(visit.preflights() == 1, "gRPC-Web needs a preflight");
        visit.shared().map_err(|error| format!("{page}: {error}"))?;
        // A call that fails at once does so in headers, which script can read.
        let token = [("authorization", "Bearer wrong")];
        if case.authorization {
            let visit = call(&server, case, page, &token)?;
            ensure!(visit.shared()? == 200, "a failed call is a 200 all the same");
            let status = values(&visit.last()?.head, "grpc-status");
            ensure!(status == ["16"], "the call is not unauthenticated, but {status:?}");
            let readable = visit.readable();
            ensure!(readable.iter().any(|name| name == "grpc-status"), "{readable:?}");
            ensure!(readable.iter().any(|name| name == "grpc-message"), "{readable:?}");
        } else {
            is_preflight_refused(&call(&server, case, page, &token)?)?;
        }
        is_preflight_refused(&call(&server, case, page, &[case.refused_header])?)?;
        succeeds(&server, case, page)?;
    }
    for page in case.refused {
        let visit = call(&server, case, page, &[])?;
        is_preflight_refused(&visit).map_err(|error| format!("{page}: {error}"))?;
    }
    // What is no preflight is tonic's to answer, and CORS is on it.
    let page = case.allowed.first().ok_or("the case allows nobody")?;
    let answer = ask(&server, "OPTIONS", CHECK, &[("origin", page)])?;
    ensure!(answer.head.status == 400, "{:?}", answer.head);
    let answer = ask(&server, "GET", "/nowhere", &[("origin", page)])?;
    ensure!(!grants(&answer.head).is_empty(), "an error lacks CORS headers: {:?}", answer.head);
    Ok(())
}

/// The call with its message: SERVING, and the status in the body, where gRPC-Web has its trailers.
fn succeeds(server: &Server, case: &Case, page: &str) -> Result<(), String> {
    let message = framed(b"\x0a\x06things"); // HealthCheckRequest { service: "things" }
    let headers = HEADERS.iter().chain(&[("origin", page)]).copied().collect::<Vec<_>>();
    let answer = Connection::open(server.address())
        .and_then(|mut connection| connection.ask(b"POST", CHECK, &headers, &message))
        .map_err(|error| error.to_string())?;
    let text = answer.body.escape_ascii();
    ensure!(answer.body.starts_with(&framed(b"\x08\x01")), "not SERVING: {text}");
    let end = String::from_utf8_lossy(&answer.body).replace(' ', "");
    ensure!(end.contains("grpc-status:0"), "the call fails: {text}");
    // The answer as it came, for the browser.
    let mut fetch = Fetch::new(&server.url(CHECK), page).map_err(|error| error.to_string())?;
    fetch.set_method("POST");
    if case.credentials {
        fetch.set_credentials(Credentials::Include);
    }
    let judged = corsac::fetch::judge(&fetch, &[answer.head], corsac::fetch::Browser::Fetch);
    ensure!(matches!(judged.outcome, Outcome::Allow(_)), "{:?}", judged.outcome);
    Ok(())
}

#[test]
fn any_origin() -> Result<(), String> {
    holds(&ANY)
}

#[test]
fn a_list_with_credentials() -> Result<(), String> {
    holds(&LIST)
}

#[test]
fn patterns() -> Result<(), String> {
    holds(&PATTERNS)
}

/// Without `expose_headers` the call is shared and yet nobody can tell how it went.
#[test]
fn grpc_status_is_nobodys_unless_exposed() -> Result<(), String> {
    let mut fetch = Fetch::new("https://api.example.com/", "https://app.example.com")
        .map_err(|error| error.to_string())?;
    fetch.set_method("POST");
    let answer = Response::new(200)
        .header("access-control-allow-origin", "https://app.example.com")
        .header("grpc-status", "16");
    let judged = corsac::fetch::judge(&fetch, &[answer], corsac::fetch::Browser::Fetch);
    let Outcome::Allow(shared) = judged.outcome else { return Err("blocked".to_owned()) };
    assert_eq!(shared.exposed.as_deref(), Some(&[][..]));
    Ok(())
}
