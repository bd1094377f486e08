//! The command, as a person or a script uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

fn corsac(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_corsac"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read.
    let _unread = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Standard output, standard error and the exit status.
fn run(arguments: &[&str], input: &[u8]) -> (String, String, i32) {
    let output = corsac(arguments, input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// A file that is there as long as the test runs.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("corsac-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

const PREFLIGHT_ANSWER: &str = "\
allowed  a preflight from https://app.example.com

status: 204
access-control-allow-origin: https://app.example.com
access-control-allow-credentials: true
access-control-allow-methods: PUT, DELETE
access-control-allow-headers: content-type, authorization
access-control-max-age: 600
vary: origin, access-control-request-method, access-control-request-headers, access-control-request-private-network
";

#[test]
fn the_examples_of_the_readme_are_answered() {
    let (policy, request) = (example("policy.toml"), example("preflight.txt"));
    let (policy, request) = (policy.to_str().unwrap(), request.to_str().unwrap());
    let from_file = run(&["evaluate", policy, request], b"");
    assert_eq!(from_file, (PREFLIGHT_ANSWER.to_owned(), String::new(), 0));
    let pasted = std::fs::read(request).unwrap();
    assert_eq!(run(&["evaluate", policy], &pasted), from_file);
    assert_eq!(run(&["evaluate", policy, "-"], &pasted), from_file);
    let (found, _, status) = run(&["lint", policy], b"");
    assert_eq!((found.as_str(), status), ("The policy is sound.\n", 0));
}

#[test]
fn every_rejection_can_be_brought_about() {
    let policy = example("policy.toml");
    let policy = policy.to_str().unwrap();
    let many = format!("access-control-request-headers: {}", ",".repeat(99));
    let preflight = ["-H", "origin: https://app.example.com", "--method", "OPTIONS"];
    let get = "access-control-request-method: GET";
    let cases: [(&str, &[&str]); 10] = [
        (
            "origin-multiple",
            &["-H", "origin: https://a.example", "-H", "Origin: https://b.example"],
        ),
        ("origin-malformed", &["-H", "origin: https://app.example.com/"]),
        ("origin-null", &["-H", "origin: null"]),
        ("origin-not-allowed", &["-H", "origin: https://app.example.com.evil.net"]),
        ("method-malformed", &["-H", "access-control-request-method: PUT, DELETE"]),
        ("method-not-allowed", &["-H", "access-control-request-method: PATCH"]),
        ("headers-malformed", &["-H", get, "-H", "access-control-request-headers: a b"]),
        ("headers-over-budget", &["-H", get, "-H", &many]),
        ("header-not-allowed", &["-H", get, "-H", "access-control-request-headers: x-custom"]),
        (
            "private-network-not-allowed",
            &["-H", get, "-H", "access-control-request-private-network: true"],
        ),
    ];
    let mut codes: Vec<_> = corsac::Rejection::ALL.iter().map(|r| r.code()).collect();
    for (code, more) in cases {
        let mut arguments = vec!["evaluate", policy];
        if !code.starts_with("origin") {
            arguments.extend(preflight);
        }
        arguments.extend(more);
        let (text, _, status) = run(&arguments, b"");
        assert_eq!(status, 1, "{text}");
        assert!(text.contains(&format!("[{code}]")), "{text}");
        arguments.push("--json");
        let (json, _, status) = run(&arguments, b"");
        let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((answer["rejection"]["code"].as_str(), status), (Some(code), 1));
        codes.retain(|other| *other != code);
    }
    assert!(codes.is_empty(), "not brought about: {codes:?}");
}

#[test]
fn a_policy_that_is_none_is_one_clear_error() {
    let cases: [(&str, &[u8], &str); 8] = [
        (
            "latin1.toml",
            b"allow_origins = [\"https://b\xfccher.example\"]",
            "is not UTF-8: byte 27",
        ),
        ("syntax.toml", b"allow_origins = [", "is not TOML"),
        ("syntax.json", b"{\"allow_origins\": }", "is not JSON"),
        ("unknown.toml", b"allow_origins = [\"*\"]\nallow_orgins = []", "unknown-field"),
        ("type.toml", b"allow_origins = [\"*\"]\nmax_age = \"600\"", "wrong-type"),
        (
            "string.json",
            b"{\"allow_origins\": \"https://a.example\"}",
            "write [\"https://a.example\"]",
        ),
        ("empty.toml", b"allow_origins = []", "origins-missing"),
        ("nothing.toml", b"", "origins-missing"),
    ];
    for (name, content, expected) in cases {
        let file = Scratch::new(name, content);
        let (output, errors, status) =
            run(&["evaluate", file.path(), "-H", "origin: https://a.example"], b"");
        assert_eq!((output.as_str(), status), ("", 2), "{name}");
        assert!(errors.starts_with("error: ") && errors.contains(expected), "{name}: {errors}");
        assert!(errors.contains(name), "{errors}");
    }
    let (_, errors, status) = run(&["lint", "no-such-file.toml"], b"");
    assert_eq!(status, 2);
    assert!(errors.contains("cannot be read"), "{errors}");
}

#[test]
fn lint_tells_everything() {
    let file = Scratch::new(
        "lint.json",
        br#"{"allow_origins": ["https://A.example/", "null"], "allow_methods": ["patch"], "x": 1}"#,
    );
    let (text, _, status) = run(&["lint", file.path()], b"");
    assert_eq!(status, 1);
    for expected in [
        "error   x = 1: there is no such field in a policy [unknown-field]",
        "error   allow_origins[0] = \"https://A.example/\": ",
        "; write \"https://a.example\" [origin-not-serialized]",
        "allow_origins[1] = \"null\"",
        "warning allow_methods[0] = \"patch\"",
        "The policy cannot be used: 3 errors, 1 warning.",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let (json, _, status) = run(&["lint", file.path(), "--json"], b"");
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(status, 1);
    assert_eq!(found["errors"].as_array().unwrap().len(), 3);
    assert_eq!(found["errors"][1]["suggestion"], "https://a.example");
    assert_eq!(found["warnings"][0]["code"], "method-case");
}

#[test]
fn nothing_of_the_input_reaches_the_terminal_raw() {
    let policy = example("policy.toml");
    let escape = b"GET / HTTP/1.1\nOrigin: \x1b]0;owned\x07\xff\n\n";
    let (text, _, status) = run(&["evaluate", policy.to_str().unwrap()], escape);
    assert_eq!(status, 1);
    assert!(text.contains("\\x1b]0;owned\\x07\\xff"), "{text}");
    assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{text:?}");

    let file =
        Scratch::new("escape.toml", b"allow_origins = [\"https://\\u001b[31m\"]\n\"\\u0007\" = 1");
    let (text, _, _) = run(&["lint", file.path()], b"");
    assert!(text.bytes().all(|byte| byte == b'\n' || byte >= b' '), "{text:?}");
    let file = Scratch::new("escape.json", b"{\"allow_origins\": \x1b}");
    let (_, errors, _) = run(&["lint", file.path()], b"");
    assert!(errors.bytes().all(|byte| byte == b'\n' || byte >= b' '), "{errors:?}");
}

#[test]
fn a_request_that_is_none_is_one_clear_error() {
    let policy = example("policy.toml");
    let policy = policy.to_str().unwrap();
    for (input, expected) in [(&b""[..], "the request is empty"), (b"GET /\n", "line 1")] {
        let (output, errors, status) = run(&["evaluate", policy], input);
        assert_eq!((output.as_str(), status), ("", 2));
        assert!(errors.contains(expected), "{errors}");
    }
    let (_, errors, status) = run(&["evaluate", policy, "-H", "origin"], b"");
    assert_eq!(status, 2);
    assert!(errors.contains("Name: value"), "{errors}");
    let (_, _, status) = run(&["evaluate"], b"");
    assert_eq!(status, 2);
}

#[test]
fn the_schema_is_one() {
    let (schema, _, status) = run(&["schema"], b"");
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(status, 0);
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["allow_origins"]["type"], "array");
}

#[test]
fn the_oracle_answers_on_a_pipe() {
    let (answers, _, status) =
        run(&["oracle"], b"\n{\"op\":\"hello\"}\r\nx\n{\"op\":\"hello\",\"id\":2}");
    let answers: Vec<serde_json::Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((answers.len(), status), (3, 0));
    assert_eq!(answers[0]["ok"]["implementation"]["name"], "corsac");
    assert_eq!(answers[1]["error"]["code"], "bad-request");
    assert_eq!(answers[2]["id"], 2);
}

#[test]
fn the_readme_names_every_code_and_every_field() {
    let readme = include_str!("../../README.md");
    for rejection in corsac::Rejection::ALL {
        assert!(readme.contains(&format!("| `{}` |", rejection.code())), "{}", rejection.code());
    }
    let schema = serde_json::to_value(schemars::schema_for!(corsac::PolicyConfig)).unwrap();
    for field in schema["properties"].as_object().unwrap().keys() {
        assert!(readme.contains(&format!("| `{field}` |")), "{field}");
    }
    for code in corsac::fetch::FailureCode::ALL {
        assert!(readme.contains(&format!("`{}`", code.as_str())), "{}", code.as_str());
    }
    let app = ["--origin", "https://app.example.com", "--method", "PUT"];
    let (story, _, status) = simulate(&app);
    assert!(readme.contains(&story), "{story}");
    assert_eq!(status, 0);
}

const API: &str = "https://api.example.com/things/1";

fn simulate(more: &[&str]) -> (String, String, i32) {
    let policy = example("policy.toml");
    let mut arguments = vec!["simulate", policy.to_str().unwrap(), API];
    arguments.extend(more);
    run(&arguments, b"")
}

#[test]
fn simulate_tells_the_whole_story() {
    let app = ["--origin", "https://app.example.com", "--method", "PUT"];
    let (text, errors, status) = simulate(
        &[&app[..], &["--header", "Content-Type: application/json", "--credentials", "include"]]
            .concat(),
    );
    assert_eq!((errors.as_str(), status), ("", 0), "{text}");
    for expected in [
        "PUT https://api.example.com/things/1\nfrom a page of https://app.example.com with credentials",
        "preflight OPTIONS https://api.example.com/things/1",
        "> access-control-request-headers: content-type",
        "< 204",
        "actual    PUT https://api.example.com/things/1",
        "shared    script gets the response, 200",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let (text, _, status) = simulate(&[&app[..], &["-H", "X-Custom: 1"]].concat());
    assert_eq!(status, 1, "{text}");
    for expected in [
        "refused: the policy does not allow this request header \"x-custom\" [header-not-allowed]",
        "blocked   the answer to the preflight (403) has no Access-Control-Allow-Origin",
        "fix       if pages may set it, add \"x-custom\" to allow_headers",
        "Chromium  Access to fetch at",
        "Firefox   Cross-Origin Request Blocked",
        "WebKit    Preflight response is not successful. Status code: 403",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let (json, _, status) = simulate(&[&app[..], &["--json"]].concat());
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((answer["verdict"].as_str(), status), (Some("allow"), 0));
    assert_eq!(answer["exchanges"].as_array().unwrap().len(), 2);
}

#[test]
fn simulate_tells_where_browsers_differ() {
    let file = Scratch::new("differs.json", br#"{"allow_origins": ["*"]}"#);
    let more = ["--origin", "https://a.example", "-H", "DPR: 2"];
    let (text, _, status) = run(&[&["simulate", file.path(), API], &more[..]].concat(), b"");
    assert_eq!(status, 1, "{text}");
    let but = "but       this is the Fetch standard; in Chromium it is shared all the same";
    assert!(text.contains(but), "{text}");
    assert!(!text.contains("in Firefox"), "{text}");
    let cookie = ["--origin", "https://a.example", "--credentials", "include"];
    let (text, _, status) = run(&[&["simulate", file.path(), API], &cookie[..]].concat(), b"");
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("fix       if this page's requests may carry cookies"), "{text}");
}

#[test]
fn simulate_refuses_what_it_cannot_play() {
    for (more, expected) in [
        (&["--origin", "https://app.example.com/"][..], "no serialized origin"),
        (&["--origin", "https://\u{1b}[31m"], "no serialized origin"),
        (&["--origin", "https://a.example", "-H", "x"], "Name: value"),
        (&["--origin", "https://a.example", "-H", "a b: x"], "headers[0]"),
        (&["--origin", "https://a.example", "--credentials", "yes"], "possible values"),
        (&[], "--origin"),
    ] {
        let (text, errors, status) = simulate(more);
        assert_eq!((text.as_str(), status), ("", 2), "{more:?}");
        assert!(errors.contains(expected), "{more:?}: {errors}");
        assert!(errors.bytes().all(|byte| byte == b'\n' || byte >= b' '), "{errors:?}");
    }
    let policy = example("policy.toml");
    let (_, errors, status) =
        run(&["simulate", policy.to_str().unwrap(), "/x", "--origin", "null"], b"");
    assert_eq!(status, 2);
    assert!(errors.contains("url: the URL is none"), "{errors}");
}

#[test]
fn a_recording_is_judged_entry_by_entry() {
    let file = example("recording.har");
    let file = file.to_str().unwrap();
    let (text, _, status) = run(&["judge", file], b"");
    assert_eq!(status, 1);
    for expected in [
        "entry 2\nPUT https://api.example.com/things/1",
        "headers it can read: content-type, x-request-id",
        "[allow-origin-wildcard-with-credentials]",
        "(redirected from 'https://api.example.com/old')",
        // The preflight's answer is why the request itself has none.
        "entry 5\nDELETE https://api.example.com/things/2",
        "blocked   the answer to the preflight (405) has no Access-Control-Allow-Origin",
        "not in the recording; it is taken to have been cached",
        "skipped   entry 9: it is no entry",
        "2 shared, 3 blocked, 1 skipped; 1 of the page's own origin or without one",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let (lines, _, _) = run(&["judge", file, "--json"], b"");
    let answers: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<_> = answers.iter().map(|answer| answer["ok"]["verdict"].as_str()).collect();
    let (allow, block) = (Some("allow"), Some("block"));
    assert_eq!(verdicts, [allow, block, block, block, allow, None]);
    // Without the cookies' credentials `*` is enough.
    let (text, _, _) = run(&["judge", file, "--credentials", "omit"], b"");
    assert!(text.contains("3 shared, 2 blocked"), "{text}");
}

#[test]
fn an_exchange_is_judged() {
    let file = example("exchange.json");
    let file = file.to_str().unwrap();
    let (text, _, status) = run(&["judge", file], b"");
    assert_eq!(status, 1);
    assert!(text.contains("[allow-origin-wildcard-with-credentials]"), "{text}");
    let (json, _, _) = run(&["judge", file, "--json", "--browser", "webkit"], b"");
    let answer: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(answer["failure"]["during"], "preflight");
    let pasted = br#"{"op":"judge","id":1,"fetch":{"url":"https://a.example/","origin":"https://b.example"},"responses":[]}"#;
    let (text, _, status) = run(&["judge", "-"], pasted);
    assert_eq!(status, 1);
    assert!(
        text.contains("not answered in the recording") && text.contains("unfinished"),
        "{text}"
    );
    for (input, expected) in [
        (&b"{"[..], "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"{}", "neither a HAR file nor a question"),
        (b"[]", "neither a HAR file nor a question"),
        (b"{\"log\":{\"entries\":[]}}", "holds no entry"),
        (b"{\"fetch\":{\"url\":\"x\",\"origin\":\"null\"}}", "fetch.url"),
    ] {
        let (text, errors, status) = run(&["judge", "-"], input);
        assert_eq!((text.as_str(), status), ("", 2), "{errors}");
        assert!(errors.contains(expected), "{expected}: {errors}");
    }
    let (_, errors, status) = run(&["judge", "no-such.har"], b"");
    assert_eq!(status, 2);
    assert!(errors.contains("cannot be read"), "{errors}");
}
