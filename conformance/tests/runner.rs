//! The runner: that corsac holds, that whoever is held to the suite cannot keep it from going on,
//! and that what it says is right.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

#[path = "runner/command.rs"]
mod command;
#[path = "runner/http.rs"]
mod http;
#[path = "runner/odd.rs"]
mod odd;
#[path = "runner/reports.rs"]
mod reports;
#[path = "runner/server.rs"]
mod server;

use command::{Scratch, corsac, events, example, tiny};
use server::Behaviour;

/// Not a test: what an adaptor of these tests runs.
#[test]
fn act_as_an_adaptor() {
    odd::act();
}

#[test]
fn corsac_holds_every_case_of_the_suite() {
    let oracle = format!("{} oracle", env!("CARGO_BIN_EXE_corsac"));
    let (text, error, status) = corsac(&["test", "--adaptor", &oracle, "--strict"]);
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    assert!(text.lines().last().unwrap().starts_with("held in "), "{text}");
}

/// What is said of the second case, when everything else holds.
fn broken_at_the_second(oddity: &str, options: &[&str]) -> String {
    let scratch = Scratch::with_vectors(oddity);
    let command = odd::command(oddity);
    let mut arguments = vec!["--json", "--adaptor", &command];
    arguments.extend(options);
    let (text, error, status) = tiny(&scratch, &arguments);
    assert_eq!((status, error.as_str()), (1, ""), "{text}");
    let (cases, events) = events(&text);
    let expected = [
        ("three/first", "held"),
        ("three/second", "failed"),
        ("three/third", "held"),
        ("more/informative", "held"),
    ];
    let expected = expected.map(|(id, standing)| (id.to_owned(), standing.to_owned()));
    assert_eq!(cases, expected, "{text}");
    assert_eq!(events[2]["outcome"], "error");
    assert_eq!(events[5]["total"]["errors"], 1);
    events[2]["reason"].as_str().unwrap().to_owned()
}

#[test]
fn an_adaptor_that_dies_is_told_and_started_again() {
    let reason = broken_at_the_second("dies", &[]);
    assert_eq!(
        reason,
        "it died: exit status: 7; its last lines on standard error: | starting | fatal: \
         \\u{1b}[31mred"
    );
}

#[test]
fn an_adaptor_that_hangs_is_told_and_ended() {
    let reason = broken_at_the_second("hangs", &["--timeout", "0.7"]);
    assert!(reason.starts_with("no answer within 700ms; --timeout"), "{reason}");
}

#[test]
fn what_is_no_answer_is_told() {
    let reason = broken_at_the_second("rubbish", &[]);
    assert!(
        reason.starts_with(
            "it wrote what is no answer: not JSON: listening on \\u{1b}[31m8080; only answers"
        ),
        "{reason}"
    );
    let reason = broken_at_the_second("too-long", &[]);
    assert!(reason.starts_with("it wrote a line of more than 16 MiB"), "{reason}");
    let reason = broken_at_the_second("errors", &[]);
    assert_eq!(reason, "it answered evaluate with the error bad-request: no");
}

#[test]
fn answers_out_of_order_are_told() {
    let reason = broken_at_the_second("out-of-order", &[]);
    assert!(
        reason.starts_with("it answered out of order: question 4 was asked, and 3 answered"),
        "{reason}"
    );
    let reason = broken_at_the_second("wrong-id", &[]);
    assert!(
        reason.starts_with("its answer bears the wrong id: \"x\", where 4 was asked"),
        "{reason}"
    );
}

#[test]
fn a_second_answer_is_told_at_the_next_question() {
    let scratch = Scratch::with_vectors("twice");
    let (text, _, status) = tiny(&scratch, &["--json", "--adaptor", &odd::command("twice")]);
    let (cases, events) = events(&text);
    assert_eq!(status, 1);
    let standings: Vec<_> = cases.iter().map(|(_, standing)| standing.as_str()).collect();
    assert_eq!(standings, ["held", "held", "failed", "held"], "{text}");
    let reason = events[3]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("it answered out of order: question 5 was asked, and 4"),
        "{reason}"
    );
}

#[test]
fn one_that_always_dies_is_given_up() {
    let oracle = odd::command("dies-always");
    let (text, _, status) =
        corsac(&["test", "--json", "--adaptor", &oracle, "--run", "origins-exact"]);
    let (cases, events) = events(&text);
    assert_eq!(status, 3);
    assert!(cases.len() > 20, "{text}");
    let asked = |event: &&serde_json::Value| {
        event["reason"].as_str().is_some_and(|reason| reason.starts_with("it died"))
    };
    assert_eq!(events.iter().filter(asked).count(), 10, "{text}");
    let broken = events.last().unwrap()["broken"][0].as_str().unwrap();
    assert!(
        broken.starts_with("given up: 10 cases in a row broke, the last so: it died"),
        "{broken}"
    );
}

#[test]
fn one_that_cannot_be_spoken_to_is_no_run() {
    for (command, why) in [
        ("/nonexistent/program", "cannot be started"),
        ("sh -c 'exec >&-; exec sleep 60'", "it closed its output and went on running"),
        ("true", "it died: exit status: 0"),
        ("cat", "it has not exactly one of ok, error and skip"),
        (&*odd::command("no-hello"), "its answer to hello is none: missing field"),
    ] {
        let (text, error, status) = corsac(&["test", "--adaptor", command, "--timeout", "5"]);
        assert_eq!((status, text.as_str()), (3, ""), "{error}");
        assert!(error.contains(why), "{error}");
        assert!(error.contains("corsac test --help"), "{error}");
    }
}

#[test]
fn what_it_cannot_express_is_skipped_with_the_reason() {
    for (oddity, reason) in
        [("skips", "no lists"), ("refuses", "refuses the policy: origin-invalid")]
    {
        let scratch = Scratch::with_vectors(oddity);
        let command = odd::command(oddity);
        let (text, _, status) = tiny(&scratch, &["--json", "--adaptor", &command]);
        let (cases, events) = events(&text);
        assert_eq!(status, 0);
        assert!(cases.iter().all(|(_, standing)| standing == "skipped"), "{text}");
        assert_eq!(events[1]["reason"], reason);
        let (text, _, _) = tiny(&scratch, &["--verbose", "--adaptor", &command]);
        assert!(text.contains(&format!("why        {reason}")), "{text}");
    }
}

#[test]
fn one_without_define_is_given_each_policy_as_it_is() {
    let scratch = Scratch::with_vectors("inline");
    let (text, _, status) = tiny(&scratch, &["--adaptor", &odd::command("inline")]);
    assert_eq!(status, 0, "{text}");
}

#[test]
fn known_failures_are_known_or_told() {
    let scratch = Scratch::with_vectors("known");
    let command = odd::command("reflects");
    let run = |known: &str, options: &[&str]| {
        let known = scratch.write("known.txt", known);
        let mut arguments = vec!["--json", "--adaptor", &command, "--known-failing", &known];
        arguments.extend(options);
        let (text, error, status) = tiny(&scratch, &arguments);
        let (cases, events) = events(&text);
        let standings: Vec<String> = cases.into_iter().map(|(_, standing)| standing).collect();
        (standings.join(" "), events.last().cloned().unwrap_or_default(), error, status)
    };
    let (standings, _, _, status) = run("three/second  # it reflects; example/repository#1\n", &[]);
    assert_eq!((standings.as_str(), status), ("held known held tolerated", 0));
    let (standings, _, _, status) = run("", &[]);
    assert_eq!((standings.as_str(), status), ("held failed held tolerated", 1));
    let (standings, _, _, status) = run("three/second # x", &["--strict"]);
    assert_eq!((standings.as_str(), status), ("held known held failed", 1));
    let (standings, _, _, status) = run("three/* # x", &[]);
    assert_eq!(
        (standings.as_str(), status),
        ("unexpected-pass known unexpected-pass tolerated", 1)
    );
    let (_, summary, _, status) = run("three/second # x\nthree/fourth # y", &[]);
    assert_eq!(summary["unmatched"][0], "line 2: three/fourth");
    assert_eq!(status, 1);
    // What is not run now is there all the same.
    let (standings, _, _, status) = run("three/second # x", &["--run", "more"]);
    assert_eq!((standings.as_str(), status), ("tolerated", 0));
    let (_, _, error, status) = run("three/second", &[]);
    assert!(error.contains("line 1: there is no reason; write"), "{error}");
    assert_eq!(status, 2);
}

#[test]
fn what_cannot_be_run_says_what_to_do() {
    let scratch = Scratch::with_vectors("usage");
    let (_, error, status) = corsac(&["test"]);
    assert_eq!(status, 2);
    assert!(error.contains("corsac test --adaptor 'CMD'"), "{error}");
    let oracle = format!("{} oracle", env!("CARGO_BIN_EXE_corsac"));
    for (options, why) in [
        (&["--run", "nothing*"][..], "the pattern \"nothing*\" matches no case"),
        (&["--run", "[", "--vectors", "x"], "the pattern \"[\" is none"),
        (&["--timeout", "-1"], "-1"),
        (&["--timeout", "nan"], "no number of seconds"),
        (&["--known-failing", "/nonexistent"], "cannot be read"),
        (&["--junit", "/nonexistent/x"], "\"/nonexistent/x\" cannot be written"),
        (&["--vectors", "/nonexistent"], "the directory cannot be read"),
        (&["--http", "http://127.0.0.1:1/"], "cannot be used with"),
    ] {
        let mut arguments = vec!["test", "--adaptor", &oracle];
        arguments.extend(options);
        let (text, error, status) = corsac(&arguments);
        assert_eq!((status, text.as_str()), (2, ""), "{error}");
        assert!(error.contains(why), "{options:?}: {error}");
    }
    let (_, error, status) = corsac(&["test", "--adaptor", "a 'b"]);
    assert_eq!(status, 2);
    assert!(error.contains("ends within a quote"), "{error}");
    drop(scratch);
}

#[test]
fn a_file_that_is_no_vector_file_does_not_keep_the_others_from_being_run() {
    let scratch = Scratch::with_vectors("malformed");
    scratch.write("broken.json", "{\"format\": 1,");
    let oracle = format!("{} oracle", env!("CARGO_BIN_EXE_corsac"));
    let (text, _, status) = tiny(&scratch, &["--json", "--adaptor", &oracle]);
    let (cases, events) = events(&text);
    assert_eq!((cases.len(), status), (4, 3), "{text}");
    let broken = events.last().unwrap()["broken"][0].as_str().unwrap();
    assert!(broken.contains("broken.json") && broken.contains("EOF"), "{broken}");
}

#[test]
fn servers_of_a_driver_are_held_over_http() {
    let scratch = Scratch::with_vectors("driver");
    let command = odd::command("driver");
    let (text, error, status) = tiny(&scratch, &["--http-driver", &command]);
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    assert!(text.contains("held in 4 cases"), "{text}");
    let (text, _, status) =
        tiny(&scratch, &["--http-driver", &odd::command("driver-that-fails"), "--timeout", "0.2"]);
    assert_eq!(status, 1);
    assert!(
        text.contains("the driver says that the server is started, but nobody listens"),
        "{text}"
    );
}

#[test]
fn whole_topics_are_held_over_http() {
    let command = odd::command("driver");
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");
    let topic = ["--vectors", vectors, "--run", "preflight-detection", "--run", "pages-*"];
    let (text, _, status) =
        corsac(&[&["test", "--verbose", "--http-driver", &command][..], &topic].concat());
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("HTTP/1.1 has no way to write this"), "{text}");
}

fn live(url: &str, options: &[&str]) -> (String, i32) {
    let mut arguments = vec!["test", "--http", url];
    arguments.extend(options);
    let (text, error, status) = corsac(&arguments);
    (text + &error, status)
}

fn policy(path: &str) -> corsac::Policy {
    let document = corsac_conformance::document::Document::read(path.as_ref()).unwrap();
    document.check().policy.unwrap()
}

#[test]
fn a_server_that_implements_its_policy_holds() {
    let scratch = Scratch::new("live");
    let any = scratch.write("any.toml", "allow_origins = [\"*\"]\nallow_headers = [\"*\"]");
    let wild = scratch.write(
        "wild.toml",
        "allow_origins = [\"https://*.a.example\", \"http://localhost:*\", \"null\"]\n\
         allow_methods = [\"*\"]\nallow_headers = [\"*\", \"authorization\"]\nexpose_headers = [\"x-a\"]\n\
         allow_credentials = true\nmax_age = 0\ndangerously_allow_null_origin = true",
    );
    for path in [&example("policy.toml"), &any, &wild] {
        let url = server::start(Behaviour::Policy(Box::new(policy(path))));
        let (text, status) = live(&url, &["--policy", path]);
        assert_eq!(status, 0, "{path}: {text}");
    }
    let url = server::start(Behaviour::Policy(Box::new(policy(&any))));
    let (text, status) = live(&url, &["--policy", &example("policy.toml")]);
    assert_eq!(status, 1, "{text}");
    for id in ["live-origins/unlisted ", "live-credentials/listed ", "live-methods/put "] {
        assert!(text.contains(&format!("fail     {id}")), "{id}: {text}");
    }
}

#[test]
fn a_server_that_reflects_is_told() {
    let url = server::start(Behaviour::Reflects);
    let (text, status) = live(&url, &[]);
    assert_eq!(status, 1);
    for id in ["reflects-an-unlisted-origin", "null-is-allowed", "differs-by-origin-without-vary"] {
        assert!(text.contains(&format!("fail     lints/{id} ")), "{id}: {text}");
    }
    let (text, _) = live(&url, &["--policy", &example("policy.toml")]);
    for id in [
        "live-origins/followed-by-another-domain-https-app-example-com",
        "live-origins/a-dot-that-is-a-letter-https-app-example-com",
        "live-wire/origin-twice-the-allowed-one-first",
        "live-wire/origin-with-a-byte-that-is-no-ascii",
    ] {
        assert!(text.contains(&format!("fail     {id} ")), "{id}: {text}");
    }
}

/// The lints that fail for a server that always says this.
fn lints(head: &str, options: &[&str]) -> Vec<String> {
    let url = server::start(Behaviour::Says(format!("HTTP/1.1 {head}\r\n\r\n").into_bytes()));
    let (text, _) = live(&url, options);
    let failed = text.lines().filter_map(|line| line.strip_prefix("fail     lints/"));
    failed.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn every_lint_finds_what_it_looks_for() {
    let origin = "access-control-allow-origin";
    let both = format!("200 X\r\n{origin}: *\r\naccess-control-allow-credentials: true");
    assert_eq!(lints(&both, &[]), ["wildcard-with-credentials"]);
    let two = format!("200 X\r\n{origin}: *\r\n{origin}: *");
    assert_eq!(lints(&two, &[]), ["several-allow-origins"]);
    let list = format!("200 X\r\n{origin}: https://a.example, https://b.example");
    assert_eq!(lints(&list, &[]), ["several-allow-origins"]);
    assert_eq!(lints(&format!("200 X\r\n{origin}: null"), &[]), ["null-is-allowed"]);
    let refused = "200 X\r\naccess-control-allow-credentials: true";
    assert_eq!(lints(refused, &[]), ["credentials-for-a-refused-origin"]);
    let redirect = format!("302 X\r\nlocation: /x\r\n{origin}: *");
    assert_eq!(
        lints(&redirect, &[]),
        ["preflight-is-redirected", "preflight-grants-without-ok-status"]
    );
    assert_eq!(
        lints(&format!("404 X\r\n{origin}: *"), &[]),
        ["preflight-grants-without-ok-status"]
    );
    let a = ["--origin", "https://a.example"];
    assert_eq!(lints("404 X", &a), ["lost-on-not-found"]);
    assert_eq!(lints("500 X", &a), ["lost-on-error"]);
    assert_eq!(lints("301 X", &a), ["preflight-is-redirected", "lost-on-redirect"]);
    assert!(lints("200 X", &[]).is_empty());
    assert!(lints(&format!("200 X\r\n{origin}: https://a.example"), &a).is_empty());
}

#[test]
fn servers_that_break_are_told_and_given_up() {
    let endless = Behaviour::Repeats(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: 1\r\n".repeat(999));
    for (url, why) in [
        (server::nobody(), "nobody listens on 127.0.0.1"),
        (server::start(Behaviour::Resets), "the server reset the connection before the response"),
        (server::start(endless), "head does not end within 256 KiB"),
        (server::start(Behaviour::Says(b"SSH-2.0-x\r\n".to_vec())), "is not HTTP/1.1"),
    ] {
        let (text, status) = live(&url, &["--policy", &example("policy.toml")]);
        assert_eq!(status, 3, "{text}");
        assert!(text.contains(why), "{why}: {text}");
        assert!(text.contains("given up: 10 cases in a row broke"), "{text}");
    }
}

#[test]
fn only_this_machine_is_asked_unless_that_is_meant() {
    for (url, why) in [
        ("http://192.0.2.1/", "say --i-own-this-target"),
        ("https://127.0.0.1/", "https: is not spoken"),
        ("127.0.0.1:80", "the URL is none"),
        ("http://nowhere.invalid/", "has no address"),
    ] {
        let (text, status) = live(url, &[]);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(why), "{text}");
    }
    let (text, status) = live(
        "http://192.0.2.1:1/",
        &["--i-own-this-target", "--timeout", "0.1", "--run", "lints/null*"],
    );
    assert_eq!(status, 1, "{text}");
}
