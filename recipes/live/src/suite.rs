//! What must hold of a recipe under a policy.

use std::io;

use corsac::fetch::{Credentials, Fetch};

use crate::browser::{Visit, visit};
use crate::case::Case;
use crate::ensure;
use crate::http::{Answer, Connection, grants, values, vary};
use crate::server::{Server, policies};

type Check = fn(&Server, &Case) -> Result<(), String>;

const CHECKS: &[(&str, Check)] = &[
    ("without Origin", without_origin),
    ("an actual request that is allowed", actual_allowed),
    ("an actual request that is refused", actual_refused),
    ("an actual request with two origins", two_origins),
    ("a preflight that is allowed", preflight_allowed),
    ("a preflight that is refused for its origin", preflight_refused_origin),
    ("a preflight that is refused for its method", preflight_refused_method),
    ("a preflight that is refused for a header", preflight_refused_header),
    ("a preflight that asks for thousands of nothings", preflight_hostile),
    ("a preflight to nowhere", preflight_to_nowhere),
    ("an OPTIONS that is no preflight", options),
    ("authentication behind CORS", authentication),
    ("404", not_found),
    ("500", failure),
    ("a redirect", redirect),
    ("CORS headers of the handler's own", foreign),
];

/// Starts a recipe with a policy, and does every check.
///
/// # Panics
/// With all checks that fail.
pub fn run(program: &str, case: &Case) {
    hold(&Server::start(program, &policies().join(case.file)), case);
}

/// Does every check on a server that runs with the policy of the case.
///
/// # Panics
/// With all checks that fail.
pub fn hold(server: &Server, case: &Case) {
    let mut failures = Vec::new();
    for (name, check) in CHECKS {
        if let Err(failure) = check(server, case) {
            failures.push(format!("{name}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "under {}:\n{}", case.file, failures.join("\n"));
    println!("{} checks hold under {}", CHECKS.len(), case.file);
}

/// Asks without a browser.
///
/// # Errors
/// If there is no answer.
pub fn ask(
    server: &Server,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Answer, String> {
    Connection::open(server.address())
        .and_then(|mut connection| connection.ask(method.as_bytes(), path, headers, b""))
        .map_err(|error: io::Error| format!("{method} {path} {headers:?} got no answer: {error}"))
}

/// What a page's `fetch()` comes to.
///
/// # Errors
/// If there is no answer.
pub fn fetch(
    server: &Server,
    case: &Case,
    page: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Visit, String> {
    let mut fetch = Fetch::new(&server.url(path), page).map_err(|error| error.to_string())?;
    fetch.set_method(method);
    if case.credentials {
        fetch.set_credentials(Credentials::Include);
    }
    for (name, value) in headers {
        fetch.push_header(name.as_bytes(), value.as_bytes()).map_err(|error| error.to_string())?;
    }
    visit(server, &fetch).map_err(|error| format!("{page}: {method} {path}: {error}"))
}

/// Nothing is granted, and every cache is told what the answer depends on.
fn refused(case: &Case, answer: &Answer) -> Result<(), String> {
    let granted = grants(&answer.head);
    ensure!(granted.is_empty(), "a refused page is granted {granted:?}");
    varies(case, answer)
}

/// `Vary` names the origin where the answer depends on it, and nothing twice.
fn varies(case: &Case, answer: &Answer) -> Result<(), String> {
    let names = vary(&answer.head);
    let by_origin = names.iter().any(|name| name == "origin");
    ensure!(by_origin || case.is_any, "{:?} does not vary by origin", answer.head);
    let mut distinct = names.clone();
    distinct.dedup();
    ensure!(distinct == names, "Vary names something twice: {names:?}");
    Ok(())
}

/// The answer carries one `Access-Control-Allow-Origin`, and it is the page's.
fn granted(case: &Case, page: &str, answer: &Answer) -> Result<(), String> {
    let origins = values(&answer.head, "access-control-allow-origin");
    let expected = if case.is_any { "*" } else { page };
    ensure!(origins == [expected], "the origins allowed are {origins:?}, not {expected:?}");
    let credentials = values(&answer.head, "access-control-allow-credentials");
    let expected: &[&str] = if case.credentials { &["true"] } else { &[] };
    ensure!(credentials == expected, "credentials are allowed with {credentials:?}");
    varies(case, answer)
}

fn has_run(answer: &Answer, status: u16, body: &str) -> Result<(), String> {
    let text = String::from_utf8_lossy(&answer.body);
    let is_it = answer.head.status == status && text.contains(body);
    ensure!(is_it, "{:?} {text:?} is not the handler's {status} {body:?}", answer.head);
    Ok(())
}

fn without_origin(server: &Server, case: &Case) -> Result<(), String> {
    let answer = ask(server, "GET", "/things", &[])?;
    has_run(&answer, 200, "things")?;
    let origins = values(&answer.head, "access-control-allow-origin");
    let expected: &[&str] = if case.is_any { &["*"] } else { &[] };
    ensure!(origins == expected, "the origins allowed are {origins:?}, not {expected:?}");
    varies(case, &answer)?;
    let names = vary(&answer.head);
    let kept = names.iter().any(|name| name == "accept-encoding");
    ensure!(kept, "the handler's own Vary is lost: {names:?}");
    Ok(())
}

fn actual_allowed(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.allowed {
        let visit = fetch(server, case, page, "GET", "/things", &[])?;
        ensure!(visit.preflights() == 0, "{page}: a GET needs no preflight");
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(status == 200, "{page}: {status}");
        let readable = visit.readable().iter().any(|name| name == "x-request-id");
        ensure!(readable, "{page}: x-request-id cannot be read");
        let answer = visit.last()?;
        has_run(answer, 200, "things")?;
        granted(case, page, answer)?;
        let names = vary(&answer.head);
        let kept = names.iter().any(|name| name == "accept-encoding");
        ensure!(kept, "the handler's own Vary is lost: {names:?}");
    }
    Ok(())
}

fn actual_refused(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.refused {
        let visit = fetch(server, case, page, "GET", "/things", &[])?;
        let code = visit.blocked();
        ensure!(code == Some("allow-origin-missing"), "{page} was not blocked, but {code:?}");
        // The recipes let a refused request go on: it is the browser that keeps the response.
        has_run(visit.last()?, 200, "things")?;
        refused(case, visit.last()?)?;
    }
    Ok(())
}

fn two_origins(server: &Server, case: &Case) -> Result<(), String> {
    let Some(page) = case.allowed.first() else { return Ok(()) };
    let origins = [("origin", *page), ("origin", "https://evil.example")];
    let answer = ask(server, "GET", "/things", &origins)?;
    if case.is_any { varies(case, &answer) } else { refused(case, &answer) }
}

/// And after it the actual request, on the same connection: so the answer to the preflight has
/// been framed right.
fn preflight_allowed(server: &Server, case: &Case) -> Result<(), String> {
    let json = [("content-type", "application/json")];
    for page in case.allowed {
        let visit = fetch(server, case, page, "PUT", "/things/1", &json)?;
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(visit.preflights() == 1 && status == 200, "{page}: {:?}", visit.answers);
        let preflight = visit.answers.first().ok_or("nothing was sent")?;
        ensure!(preflight.head.status == 204, "{page}: {:?}", preflight.head);
        ensure!(preflight.body.is_empty(), "a preflight is answered with a body");
        granted(case, page, preflight)?;
        granted(case, page, visit.last()?)?;
    }
    Ok(())
}

fn is_refused_preflight(case: &Case, visit: &Visit) -> Result<(), String> {
    ensure!(visit.blocked().is_some(), "it was let through: {:?}", visit.answers);
    ensure!(visit.answers.len() == 1, "more was sent than a preflight: {:?}", visit.answers);
    let answer = visit.last()?;
    ensure!(answer.head.status == 403, "{:?}", answer.head);
    ensure!(answer.body.is_empty(), "a preflight is answered with a body");
    refused(case, answer)
}

fn preflight_refused_origin(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.refused {
        let visit = fetch(server, case, page, "PUT", "/things/1", &[])?;
        is_refused_preflight(case, &visit).map_err(|error| format!("{page}: {error}"))?;
    }
    Ok(())
}

fn preflight_refused_method(server: &Server, case: &Case) -> Result<(), String> {
    let (Some(method), Some(page)) = (case.refused_method, case.allowed.first()) else {
        return Ok(());
    };
    is_refused_preflight(case, &fetch(server, case, page, method, "/things/1", &[])?)
}

fn preflight_refused_header(server: &Server, case: &Case) -> Result<(), String> {
    let Some(page) = case.allowed.first() else { return Ok(()) };
    is_refused_preflight(
        case,
        &fetch(server, case, page, "GET", "/things", &[case.refused_header])?,
    )
}

/// As many as every server lets in: most take 8 KiB or so of headers.
fn preflight_hostile(server: &Server, case: &Case) -> Result<(), String> {
    let Some(page) = case.allowed.first() else { return Ok(()) };
    let commas = ",".repeat(6 * 1024);
    let headers = [
        ("origin", *page),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", &commas),
    ];
    let answer = ask(server, "OPTIONS", "/things/1", &headers)?;
    ensure!(answer.head.status == 403, "{:?}", answer.head);
    refused(case, &answer)
}

/// Preflights are answered before routing: it is the actual request that is told 404.
fn preflight_to_nowhere(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.allowed {
        let visit = fetch(server, case, page, "PUT", "/nowhere", &[])?;
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(visit.preflights() == 1 && matches!(status, 404 | 405), "{:?}", visit.answers);
    }
    Ok(())
}

fn options(server: &Server, case: &Case) -> Result<(), String> {
    let answer = ask(server, "OPTIONS", "/things", &[])?;
    has_run(&answer, 200, "options")?;
    for page in case.allowed {
        let answer = ask(server, "OPTIONS", "/things", &[("origin", page)])?;
        has_run(&answer, 200, "options")?;
        granted(case, page, &answer)?;
    }
    let without_origin = [("access-control-request-method", "PUT")];
    let answer = ask(server, "OPTIONS", "/things", &without_origin)?;
    has_run(&answer, 200, "options")
}

/// A preflight never carries credentials, so it must be answered before they are asked for; and
/// the page may read that they are missing.
fn authentication(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.allowed {
        let visit = fetch(server, case, page, "PUT", "/secret", &[])?;
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(visit.preflights() == 1 && status == 401, "{:?}", visit.answers);
        if case.authorization {
            let token = [("authorization", "Bearer sesame")];
            let visit = fetch(server, case, page, "GET", "/secret", &token)?;
            let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
            ensure!(visit.preflights() == 1 && status == 200, "{:?}", visit.answers);
            has_run(visit.last()?, 200, "secret")?;
        }
    }
    Ok(())
}

fn error(server: &Server, case: &Case, path: &str, expected: u16) -> Result<(), String> {
    for page in case.allowed {
        let visit = fetch(server, case, page, "GET", path, &[])?;
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(status == expected, "{page}: {status}");
        granted(case, page, visit.last()?)?;
    }
    for page in case.refused {
        let visit = fetch(server, case, page, "GET", path, &[])?;
        ensure!(visit.blocked().is_some(), "{page} can read it");
        ensure!(visit.last()?.head.status == expected, "{:?}", visit.answers);
        refused(case, visit.last()?)?;
    }
    Ok(())
}

fn not_found(server: &Server, case: &Case) -> Result<(), String> {
    error(server, case, "/nowhere", 404)
}

fn failure(server: &Server, case: &Case) -> Result<(), String> {
    error(server, case, "/fail", 500)
}

fn redirect(server: &Server, case: &Case) -> Result<(), String> {
    for page in case.allowed {
        let visit = fetch(server, case, page, "GET", "/moved", &[])?;
        let status = visit.shared().map_err(|error| format!("{page}: {error}"))?;
        ensure!(status == 200 && visit.answers.len() == 2, "{page}: {:?}", visit.answers);
        let first = visit.answers.first().ok_or("nothing was sent")?;
        ensure!(first.head.status == 307, "{:?}", first.head);
        granted(case, page, first)?;
        has_run(visit.last()?, 200, "things")?;
    }
    Ok(())
}

fn foreign(server: &Server, case: &Case) -> Result<(), String> {
    let kept = |answer: &Answer| {
        has_run(answer, 200, "foreign")?;
        let names = vary(&answer.head);
        let kept = names.iter().any(|name| name == "accept-encoding");
        ensure!(kept, "the handler's own Vary is lost: {names:?}");
        let grants = grants(&answer.head);
        let foreign = grants.iter().find(|name| {
            name.ends_with("-methods") || name.ends_with("-allow-headers") || name.ends_with("-age")
        });
        ensure!(foreign.is_none(), "the handler's own grants are still there: {grants:?}");
        Ok(())
    };
    for page in case.allowed {
        let visit = fetch(server, case, page, "GET", "/foreign", &[])?;
        visit.shared().map_err(|error| format!("{page}: {error}"))?;
        kept(visit.last()?)?;
        granted(case, page, visit.last()?)?;
    }
    // What the handler grants to this one does not come through.
    let evil = ask(server, "GET", "/foreign", &[("origin", "https://evil.example")])?;
    kept(&evil)?;
    if case.is_any { granted(case, "", &evil) } else { refused(case, &evil) }
}
