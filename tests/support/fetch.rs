//! What the tests of the browser's side share.
#![allow(dead_code, reason = "each of them uses some of it")]

use corsac::fetch::{
    Browser, Credentials, Failure, Fetch, Judgement, Outcome, Response, Shared, judge,
};

pub(crate) const ORIGIN: &str = "https://app.example";
pub(crate) const URL: &str = "https://api.example/things/1";

pub(crate) fn fetch(method: &str, headers: &[(&str, &str)]) -> Fetch {
    let mut fetch = Fetch::new(URL, ORIGIN).unwrap();
    fetch.set_method(method);
    for (name, value) in headers {
        fetch.push_header(name.as_bytes(), value.as_bytes()).unwrap();
    }
    fetch
}

pub(crate) fn with_credentials(mut fetch: Fetch) -> Fetch {
    fetch.set_credentials(Credentials::Include);
    fetch
}

/// A response with one header a line.
pub(crate) fn response(status: u16, lines: &str) -> Response {
    let lines = lines.lines().map(|line| line.split_once(':').unwrap());
    lines.fold(Response::new(status), |response, (name, value)| response.header(name.trim(), value))
}

pub(crate) fn judged(fetch: &Fetch, responses: &[Response]) -> Judgement {
    judge(fetch, responses, Browser::Fetch)
}

pub(crate) fn shared(judgement: Judgement) -> Shared {
    match judgement.outcome {
        Outcome::Allow(shared) => shared,
        other => panic!("not shared: {other:?}"),
    }
}

pub(crate) fn failure(judgement: Judgement) -> Failure {
    match judgement.outcome {
        Outcome::Block(failure) => *failure,
        other => panic!("not blocked: {other:?}"),
    }
}

/// `allow`, `needs-response`, or the code of the failure.
pub(crate) fn verdict(judgement: &Judgement) -> &'static str {
    match &judgement.outcome {
        Outcome::Allow(_) => "allow",
        Outcome::NeedsResponse => "needs-response",
        Outcome::Block(failure) => failure.code().as_str(),
    }
}

/// A header of a message, as text.
pub(crate) fn sent(judgement: &Judgement, at: usize, name: &str) -> Option<String> {
    let headers = &judgement.sent[at].headers;
    let found = headers.iter().find(|(other, _)| other == name.as_bytes());
    found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}
