//! The conformance suite is sound, and this project passes it: the engine, the reference server and
//! the browser's side, every case, by both layers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use corsac::Rejection;
use corsac::fetch::{Browser, FailureCode, Fetch, Outcome as Judged, Response, judge};
use corsac_conformance::vectors::answer::{EvaluateAnswer, of_engine};
use corsac_conformance::vectors::coverage::{Covered, cover};
use corsac_conformance::vectors::judging::{Layer, Outcome, grants, is_preflight, judge_answer};
use corsac_conformance::vectors::own::{Server, hold};
use corsac_conformance::vectors::{
    Form, Importance, RawRequest, Side, Suite, checking, export, generate,
};

fn suite() -> Suite {
    Suite::embedded().expect("the files are vector files")
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Ids, references, flags, policies, questions that are asked twice; and every answer.
#[test]
fn nothing_is_wrong_with_the_files() {
    let problems: Vec<String> = checking::check(&suite()).iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

fn passes(server: Server, side: Side) {
    let suite = suite();
    let mut failed = Vec::new();
    let mut skipped = 0;
    for case in suite.cases().filter(|case| case.file.side == side) {
        match hold(server, case) {
            Outcome::Pass => {}
            Outcome::Skip(_) => skipped += 1,
            Outcome::Fail(mismatches) => {
                let why: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
                failed.push(format!("{}: {}", case.id(), why.join("; ")));
            }
        }
    }
    assert!(failed.is_empty(), "{} cases fail:\n{}", failed.len(), failed.join("\n"));
    // Only a policy of a wrong form cannot be asked about: the reference server reads sound types.
    let most = if server == Server::Model && side == Side::Policy { 20 } else { 0 };
    assert!(skipped <= most, "{skipped} cases are skipped");
}

#[test]
fn the_engine_passes_as_a_server() {
    passes(Server::Engine, Side::Server);
}

#[test]
fn the_reference_server_passes() {
    passes(Server::Model, Side::Server);
}

#[test]
fn the_browsers_side_passes() {
    passes(Server::Engine, Side::Browser);
}

#[test]
fn the_engine_passes_about_policies() {
    passes(Server::Engine, Side::Policy);
}

#[test]
fn the_reference_server_passes_about_policies() {
    passes(Server::Model, Side::Policy);
}

/// What is embedded is what is in the directory, and both are what would be written.
#[test]
fn the_files_are_canonical_and_the_schema_is_current() {
    let suite = suite();
    assert_eq!(export::stale_embedded(&suite), Vec::<String>::new());
    assert_eq!(export::stale_in(&suite, &directory()), Vec::<String>::new());
    // The directory is read by name, the program in an order of its own.
    let by_topic = |suite: &Suite| -> BTreeMap<String, _> {
        suite.files.iter().map(|file| (file.topic.clone(), file.clone())).collect()
    };
    assert_eq!(by_topic(&Suite::load(&directory()).unwrap()), by_topic(&suite));
}

#[test]
fn the_generated_cases_are_those_of_the_generators() {
    let generated = generate::generate().unwrap();
    let suite = suite();
    let there = suite.files.iter().find(|file| file.topic == generate::TOPIC).unwrap();
    assert!(*there == generated, "`corsac vectors generate conformance/vectors` writes them anew");
    assert!(there.groups.iter().all(|group| group.generated.is_some()));
    let others = suite.files.iter().filter(|file| file.topic != generate::TOPIC);
    assert!(others.flat_map(|file| &file.groups).all(|group| group.generated.is_none()));
}

#[test]
fn there_are_enough_cases_and_most_are_required() {
    let suite = suite();
    let count = |side: Side| suite.cases().filter(|case| case.file.side == side).count();
    assert!(suite.cases().count() >= 800);
    for side in [Side::Server, Side::Browser, Side::Policy] {
        assert!(count(side) >= 200, "{side:?}: {}", count(side));
    }
    let required =
        suite.cases().filter(|case| case.case.importance == Importance::Required).count();
    assert!(required * 2 > suite.cases().count());
    let ids: BTreeSet<String> = suite.cases().map(|case| case.id()).collect();
    assert_eq!(ids.len(), suite.cases().count());
}

#[test]
fn every_step_has_a_case_or_a_reason() {
    let covered = cover(&suite());
    let missing: Vec<_> = covered.iter().filter(|row| row.is_missing()).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    // A reason is for a step without a case.
    let needless = covered.iter().filter(|row: &&Covered| row.excepted.is_some() && row.cases > 0);
    assert_eq!(needless.count(), 0);
}

/// The codes of `lint`, as the oracle protocol publishes them.
const FINDINGS: [&str; 36] = [
    "origins-missing",
    "origin-invalid",
    "origin-not-serialized",
    "origin-wildcard-unsupported",
    "origin-null",
    "origin-file",
    "origin-any-with-credentials",
    "origin-any-with-others",
    "origin-insecure-with-credentials",
    "origin-public-suffix-wildcard",
    "method-invalid",
    "method-forbidden",
    "methods-any-with-others",
    "request-header-invalid",
    "request-header-forbidden",
    "request-header-prohibited",
    "request-headers-any-with-others",
    "response-header-invalid",
    "response-header-forbidden",
    "response-header-prohibited",
    "expose-any-with-credentials",
    "expose-any-with-others",
    "max-age-out-of-range",
    "preflight-status-not-ok",
    "unknown-field",
    "wrong-type",
    "duplicate",
    "origin-covered",
    "method-safelisted",
    "method-case",
    "options-method",
    "request-header-safelisted",
    "response-header-safelisted",
    "max-age-above-browser-cap",
    "wildcard-headers-with-credentials",
    "private-network-legacy",
];

/// Every code that the protocol publishes is expected somewhere.
#[test]
fn every_code_is_expected_somewhere() {
    let suite = suite();
    let mut codes = BTreeSet::new();
    for case in suite.cases() {
        match &case.case.form {
            Form::Raw { expect, .. } => {
                codes.extend(expect.exact.as_ref().and_then(|exact| exact.rejection.clone()));
            }
            Form::Page { expect, .. } => codes.extend(expect.failure.clone()),
            Form::Judge { steps } => codes.extend(
                steps.iter().filter_map(|step| Some(step.expect.failure.as_ref()?.code.clone())),
            ),
            Form::Lint { expect, .. } => codes.extend(
                expect.errors.iter().chain(&expect.warnings).map(|finding| finding.code.clone()),
            ),
        }
    }
    let rejections = Rejection::ALL.iter().map(|rejection| rejection.code());
    let failures = FailureCode::ALL.iter().map(|code| code.as_str());
    let all = rejections.chain(failures).chain(FINDINGS);
    let missing: Vec<&str> = all.filter(|code| !codes.contains(*code)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// The portable layer's reading of an answer is that of the browser's side, wherever a browser would
/// send the request.
#[test]
fn the_portable_layer_agrees_with_the_browsers_side() {
    let suite = suite();
    let mut compared = 0;
    for case in suite.cases() {
        let Form::Raw { request, .. } = &case.case.form else { continue };
        let policy = case.group.policy.as_ref().unwrap().check().policy.unwrap();
        let answer = of_engine(&policy, request);
        for include in [false, true] {
            let Some(mut fetch) = as_fetch(request) else { continue };
            if include {
                fetch.set_credentials(corsac::fetch::Credentials::Include);
            }
            let response =
                answer.headers.iter().fold(
                    Response::new(answer.status.unwrap_or(200)),
                    |response, (name, value)| response.header(&name.0, &value.0),
                );
            let judgement = judge(&fetch, &[response], Browser::Fetch);
            let is_granted = !matches!(judgement.outcome, Judged::Block(_));
            assert_eq!(grants(request, include, &answer).is_ok(), is_granted, "{}", case.id());
            compared += 1;
        }
    }
    assert!(compared > 800, "{compared}");
}

/// The page's request that makes a browser send these bytes, if there is one.
fn as_fetch(request: &RawRequest) -> Option<Fetch> {
    let get = |name: &str| {
        let mut lines = request
            .headers
            .iter()
            .filter(|(other, _)| other.0.eq_ignore_ascii_case(name.as_bytes()));
        let line = lines.next().map(|(_, value)| value.0.clone());
        lines.next().is_none().then_some(line)
    };
    let origin = String::from_utf8(get("origin")??).ok()?;
    let mut fetch = Fetch::new("https://server.invalid/", &origin).ok()?;
    if !is_preflight(request) {
        return (request.method.0 == b"GET").then_some(fetch);
    }
    let method = get("access-control-request-method")??;
    fetch.set_method(&method);
    let names = get("access-control-request-headers")?.unwrap_or_default();
    for name in names.split(|byte| *byte == b',').filter(|name| !name.is_empty()) {
        // A value that is safe for no name.
        fetch.push_header(name, b"(").ok()?;
    }
    let judgement = judge(&fetch, &[], Browser::Fetch);
    let sent = judgement.sent.first()?;
    let asked = sent.headers.iter().find(|(name, _)| name == b"access-control-request-headers");
    let is_sent = sent.method == b"OPTIONS"
        && asked.map(|(_, value)| value.as_slice()).unwrap_or_default() == names
        && sent.headers.iter().any(|(_, value)| *value == method);
    is_sent.then_some(fetch)
}

/// An answer that is wrong is found out, whichever part of the expectation it breaks.
#[test]
fn wrong_answers_fail() {
    let suite = suite();
    let broken: [fn(&mut EvaluateAnswer); 4] = [
        |answer| answer.headers.push(("access-control-allow-origin".into(), "*".into())),
        |answer| answer.headers.clear(),
        |answer| answer.status = Some(500),
        |answer| answer.kind = None,
    ];
    let mut failures = [0_usize; 4];
    for case in suite.cases() {
        let Form::Raw { request, expect } = &case.case.form else { continue };
        let policy = case.group.policy.as_ref().unwrap().check().policy.unwrap();
        for (at, change) in broken.iter().enumerate() {
            let mut answer = of_engine(&policy, request);
            change(&mut answer);
            let credentials = policy.config().allow_credentials;
            let outcome = judge_answer(request, credentials, expect, &answer, Layer::Exact);
            failures[at] += usize::from(matches!(outcome, Outcome::Fail(_)));
        }
    }
    assert!(failures.iter().all(|count| *count > 800), "{failures:?}");
}

/// A file that is none says where, what, and what to do.
#[test]
fn a_malformed_file_is_told() {
    let text = fs::read_to_string(directory().join("max-age.json")).unwrap();
    let place = std::env::temp_dir().join(format!("corsac-vectors-{}", std::process::id()));
    fs::create_dir_all(&place).unwrap();
    let told = |text: &str| {
        fs::write(place.join("max-age.json"), text).unwrap();
        let Err(errors) = Suite::load(&place) else { panic!("it is no vector file:\n{text}") };
        assert_eq!(errors.len(), 1);
        errors[0].to_string()
    };
    let change = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        told(&text.replacen(from, to, 1))
    };
    for (message, parts) in [
        (told(""), &["EOF", "mend the JSON"][..]),
        (told("[]"), &["expected struct File", "vectors.schema.json"]),
        (change("\"format\": 1", "\"format\": 2"), &["format: ", "this is format 2"]),
        (change("\"topic\": \"max-age\"", "\"topic\": \"other\""), &["not the name of the file"]),
        (
            change("\"kind\": \"recommended\"", "\"kind\": \"must\""),
            &["groups[0].cases[0]", "`must`"],
        ),
        (
            change("\"allowed\": true", "\"allowed\": 1"),
            &["expect.allowed: ", "expected a boolean"],
        ),
        (change("\"request\"", "\"requests\""), &["cases[0]", "unknown field `requests`"]),
        (change("\"request\"", "\"handler\""), &["exactly one of request, page, steps and lint"]),
        (change("\"policy\"", "\"policies\""), &["groups[0]", "unknown field `policies`"]),
        (change("-method\", \"PUT\"", "-method\", \"\\u0100\""), &["above U+00FF"]),
        (told(&format!("{text}x")), &["trailing characters"]),
    ] {
        for part in parts {
            assert!(message.contains(part), "{part} is not in: {message}");
        }
        assert!(message.contains("max-age.json"), "{message}");
    }
    fs::remove_dir_all(&place).unwrap();
    let Err(errors) = Suite::load(&place) else { panic!("it is not there") };
    assert!(errors[0].to_string().contains("name one that holds vector files"), "{}", errors[0]);
}
