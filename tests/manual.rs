//! What the manual says of other parts is so: the words that it puts into the browsers' mouths, and
//! the tests that it names.
#![cfg(feature = "fetch")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use std::fs;
use std::path::Path;

use corsac::fetch::{Browser, Credentials, Fetch, Outcome, Response, judge};

const BROWSERS: [(&str, Browser); 3] =
    [("Chromium", Browser::Chromium), ("Firefox", Browser::Firefox), ("WebKit", Browser::WebKit)];

fn fetch() -> Fetch {
    let mut fetch = Fetch::new("https://api.example/", "https://app.example").unwrap();
    fetch.set_method("PUT");
    fetch.set_credentials(Credentials::Include);
    fetch
}

/// Answers to the preflight that are wrong in one way each.
fn wrong() -> Vec<Response> {
    let with = |status, origin: &'static str| {
        Response::new(status)
            .header("Access-Control-Allow-Origin", origin)
            .header("Access-Control-Allow-Credentials", "true")
            .header("Access-Control-Allow-Methods", "PUT")
    };
    let right = |status| with(status, "https://app.example");
    let origin = "Access-Control-Allow-Origin";
    let bare = || Response::new(204).header(origin, "https://app.example");
    vec![
        Response::new(204),
        with(204, "https://other.example"),
        with(204, "https://app.example, https://other.example"),
        with(204, "https://app.example").header(origin, "https://other.example"),
        with(204, "*"),
        bare(),
        right(405),
        right(301).header("Location", "/elsewhere"),
        bare().header("Access-Control-Allow-Credentials", "true"),
        right(204),
    ]
}

fn lines() -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut with_header = fetch();
    with_header.push_header(b"X-Header", b"1").unwrap();
    for response in wrong() {
        for (name, browser) in BROWSERS {
            let judgement = judge(&with_header, std::slice::from_ref(&response), browser);
            let Outcome::Block(failure) = judgement.outcome else { panic!("it is refused") };
            lines.extend(failure.console(browser).map(|line| (name, line.to_owned())));
        }
    }
    lines
}

/// Whether a line holds the words, with something else for each `…`.
fn says(line: &str, words: &str) -> bool {
    let mut rest = line;
    words.split('…').map(str::trim).all(|part| {
        let after = rest.split_once(part).map(|(_, after)| after);
        rest = after.unwrap_or(rest);
        after.is_some() || part.is_empty()
    })
}

#[test]
fn the_words_are_the_browsers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("src/manual/console.rs")).unwrap();
    let (page, _) = page.split_once("# Not CORS").unwrap();
    let lines = lines();
    let mut checked = 0;
    for row in page.lines() {
        let cells: Vec<_> = row.trim_start_matches("//! ").split('|').map(str::trim).collect();
        let &["", engine, words, ""] = &cells[..] else { continue };
        if !BROWSERS.iter().any(|(name, _)| *name == engine) {
            continue;
        }
        let found = lines.iter().any(|(name, line)| *name == engine && says(line, words));
        assert!(found, "{engine} does not say: {words}");
        checked += 1;
    }
    assert!(checked >= 27, "{checked} rows");
}

#[test]
fn the_tests_that_it_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("src/manual/attacks.rs")).unwrap();
    let tests = fs::read_to_string(root.join("conformance/tests/advisories.rs")).unwrap();
    let is_name = |word: &&str| {
        let number = word.strip_prefix('s').and_then(|rest| rest.split_once('_'));
        number.is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    let named: Vec<_> = page.split('`').filter(is_name).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        assert!(tests.contains(&format!("fn {name}(")), "{name} is no test");
    }
}
