//! The oracle's protocol, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use corsac_conformance::oracle::Oracle;
use serde_json::{Value, json};

fn ask_all(questions: &[&str]) -> Vec<Value> {
    let mut output = Vec::new();
    Oracle::new().run(questions.join("\n").as_bytes(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ask(question: &str) -> Value {
    ask_all(&[question]).remove(0)
}

#[test]
fn hello_says_who_answers() {
    let answer = ask(r#"{"op":"hello","protocol":1,"id":"x"}"#);
    assert_eq!(answer["id"], "x");
    assert_eq!(answer["ok"]["protocol"], 1);
    assert_eq!(answer["ok"]["profile"], "corsac");
    assert_eq!(answer["ok"]["implementation"]["language"], "rust");
    let ops = answer["ok"]["ops"].as_array().unwrap();
    assert!(ops.iter().any(|op| op == "evaluate"), "{ops:?}");
}

#[test]
fn an_id_is_echoed_as_it_was() {
    for id in
        ["0", "1e3", "\"\\u00e9\"", "null", "[1, {\"a\": 2}]", "{}", "12345678901234567890123"]
    {
        let mut output = Vec::new();
        let question = format!("{{\"id\":{id},\"op\":\"hello\"}}");
        Oracle::new().answer(question.as_bytes(), &mut output).unwrap();
        let expected = format!("{{\"id\":{id},\"ok\":");
        assert!(output.starts_with(expected.as_bytes()), "{}", output.escape_ascii());
    }
}

#[test]
fn a_policy_is_named_once_and_asked_for_by_name() {
    let answers = ask_all(&[
        r#"{"op":"define","name":"p","policy":{"allow_origins":["https://a.example"],"allow_methods":["patch"]}}"#,
        r#"{"op":"evaluate","policy":"p","request":{"method":"GET","headers":[["Origin"," https://a.example"]]}}"#,
        r#"{"op":"define","name":"p","policy":{"allow_origins":["*"]}}"#,
        r#"{"op":"evaluate","policy":"p","request":{"method":"GET","headers":[]}}"#,
        r#"{"op":"define","name":"p","policy":{"allow_origins":[]}}"#,
        r#"{"op":"evaluate","policy":"p","request":{"method":"GET","headers":[]}}"#,
    ]);
    assert_eq!(answers[0]["ok"]["warnings"][0]["code"], "method-case");
    assert_eq!(
        answers[1]["ok"],
        json!({
            "kind": "actual", "allowed": true, "rejection": null, "status": null,
            "headers": [["access-control-allow-origin", "https://a.example"], ["vary", "origin"]],
        })
    );
    let any = json!({
        "kind": "not-cors", "allowed": true, "rejection": null, "status": null,
        "headers": [["access-control-allow-origin", "*"]],
    });
    assert_eq!(answers[3]["ok"], any);
    // A definition that fails leaves the one before.
    assert_eq!(answers[4]["error"]["code"], "invalid-policy");
    assert_eq!(answers[4]["error"]["errors"][0]["code"], "origins-missing");
    assert_eq!(answers[5]["ok"], any);
}

#[test]
fn a_rejection_is_told_with_its_value() {
    let answer = ask(
        r#"{"op":"evaluate","policy":{"allow_origins":["https://a.example"],"allow_headers":["x-aa"]},"request":{"method":"OPTIONS",
            "headers":[["origin","https://a.example"],["access-control-request-method","GET"],
            ["access-control-request-headers","x-\u00ff"]]}}"#
            .replace('\n', " ")
            .as_str(),
    );
    assert_eq!(answer["ok"]["allowed"], false);
    assert_eq!(answer["ok"]["status"], 403);
    let rejection = &answer["ok"]["rejection"];
    assert_eq!(rejection["code"], "headers-malformed");
    assert_eq!(rejection["value"], "x-\u{ff}");
    assert!(rejection["message"].is_string());
    let answer = ask(
        r#"{"op":"evaluate","policy":{"allow_origins":["https://a.example"]},"request":{"method":"GET","headers":[["origin","https://a.example"],["origin","https://a.example"]]}}"#,
    );
    assert_eq!(answer["ok"]["rejection"]["code"], "origin-multiple");
    assert_eq!(answer["ok"]["rejection"]["value"], Value::Null);
}

#[test]
fn a_finding_has_all_its_parts() {
    let answer = ask(
        r#"{"op":"lint","policy":{"allow_origins":["HTTPS://a.example"],"max_age":601,"y":null}}"#,
    );
    let errors = answer["ok"]["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0]["code"], "unknown-field");
    assert_eq!(errors[0]["path"], "y");
    assert_eq!(errors[1]["path"], "allow_origins[0]");
    assert_eq!(errors[1]["value"], "HTTPS://a.example");
    assert_eq!(errors[1]["suggestion"], "https://a.example");
    let warning = &answer["ok"]["warnings"][0];
    assert_eq!((&warning["value"], &warning["suggestion"]), (&json!(601), &Value::Null));
}

#[test]
fn a_bad_line_is_an_error_with_its_path_and_the_next_is_answered() {
    let request = r#""request":{"method":"GET","headers":[]}"#;
    let cases = [
        ("not JSON".to_owned(), None),
        ("{".to_owned(), None),
        ("{\"op\":\"hello\"}}".to_owned(), None),
        ("[\"hello\"]".to_owned(), None),
        ("\"hello\"".to_owned(), None),
        ("{}".to_owned(), None),
        (r#"{"op":1}"#.to_owned(), Some("op")),
        (r#"{"op":"hell"}"#.to_owned(), Some("op")),
        (r#"{"op":"hello","op":"hello"}"#.to_owned(), None),
        (r#"{"op":"hello","protocol":2}"#.to_owned(), Some("protocol")),
        (r#"{"op":"hello","policy":"p"}"#.to_owned(), Some("policy")),
        (r#"{"op":"hello","extra":1}"#.to_owned(), Some("extra")),
        (r#"{"op":"lint","policy":"p"}"#.to_owned(), Some("policy")),
        (r#"{"op":"lint","policy":[]}"#.to_owned(), Some("policy")),
        (r#"{"op":"lint"}"#.to_owned(), Some("policy")),
        (r#"{"op":"define","policy":{"allow_origins":["*"]}}"#.to_owned(), Some("name")),
        (r#"{"op":"evaluate","policy":{"allow_origins":["*"]}}"#.to_owned(), Some("request")),
        (format!(r#"{{"op":"evaluate",{request}}}"#), Some("policy")),
        (r#"{"op":"evaluate","policy":{},"request":["GET",[]]}"#.to_owned(), Some("request")),
        (
            r#"{"op":"evaluate","policy":{},"request":{"method":"GET","headers":[["a"]]}}"#
                .to_owned(),
            Some("request.headers[0]"),
        ),
        (
            r#"{"op":"evaluate","policy":{},"request":{"method":"\u0100","headers":[]}}"#
                .to_owned(),
            Some("request.method"),
        ),
        (
            r#"{"op":"evaluate","policy":{},"request":{"method":"GET","header":[]}}"#.to_owned(),
            Some("request.header"),
        ),
    ];
    for (question, path) in cases {
        let answers = ask_all(&[&question, r#"{"op":"hello","id":1}"#]);
        assert_eq!(answers[0]["error"]["code"], "bad-request", "{question}: {}", answers[0]);
        assert!(answers[0]["error"]["message"].is_string());
        assert_eq!(answers[1]["id"], 1, "{question}");
        let said = answers[0]["error"]["path"].as_str();
        if path.is_some() {
            assert_eq!(said, path, "{question}: {}", answers[0]);
        }
    }
    let bytes = [&b"{\"op\":\"\xff\"}\n"[..], b"{\"op\":\"hello\",\"id\":1}"].concat();
    let mut output = Vec::new();
    Oracle::new().run(&bytes[..], &mut output).unwrap();
    assert_eq!(output.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count(), 2);
}

#[test]
fn the_id_of_a_bad_question_is_echoed() {
    assert_eq!(ask(r#"{"id":7,"op":"evaluate","request":1}"#)["id"], 7);
    assert_eq!(ask(r#"{"id":7,"op":"nothing"}"#)["id"], 7);
    assert_eq!(ask(r#"{"id":7,"#)["id"], Value::Null);
}

#[test]
fn unknown_names_and_long_lines_have_codes_of_their_own() {
    let answer = ask(r#"{"op":"evaluate","policy":"q","request":{"method":"GET","headers":[]}}"#);
    assert_eq!(answer["error"]["code"], "unknown-name");
    let long = format!("\"{}\"", "a".repeat(16 << 20));
    let answers = ask_all(&[&long, r#"{"op":"hello"}"#]);
    assert_eq!(answers[0]["error"]["code"], "line-too-long");
    assert_eq!(answers[0]["id"], Value::Null);
    assert_eq!(answers[1]["ok"]["protocol"], 1);
}

#[test]
fn judge_asks_for_one_response_after_another() {
    let fetch = r#""fetch":{"url":"https://api.example/x","origin":"https://app.example","method":"put","headers":[["X-B","1"],["Cookie","x"],["x-a","\u00ff"]],"credentials":"include"}"#;
    let preflight = r#"{"status":204,"headers":[["Access-Control-Allow-Origin","https://app.example"],["access-control-allow-credentials","true"],["access-control-allow-methods","PUT"],["access-control-allow-headers","x-a, x-b"]]}"#;
    let answer = r#"{"status":404,"headers":[["Access-Control-Allow-Origin","https://app.example"],["access-control-allow-credentials","true"],["access-control-expose-headers","X-Id"],["X-ID","1"],["content-type","a"]]}"#;
    let ask_with = |responses: &str| {
        ask(&format!("{{\"op\":\"judge\",{fetch},\"responses\":[{responses}]}}"))["ok"].clone()
    };
    let asked = json!({
        "kind": "preflight", "method": "OPTIONS", "url": "https://api.example/x",
        "headers": [
            ["origin", "https://app.example"],
            ["access-control-request-method", "PUT"],
            ["access-control-request-headers", "x-a,x-b"],
        ],
    });
    let sent = json!({
        "kind": "actual", "method": "PUT", "url": "https://api.example/x",
        "headers": [["origin", "https://app.example"], ["x-b", "1"], ["x-a", "\u{ff}"]],
    });
    let first = ask_with("");
    assert_eq!(first["verdict"], "needs-response");
    assert_eq!(first["sent"], json!([asked]));
    let second = ask_with(preflight);
    assert_eq!(second["verdict"], "needs-response");
    assert_eq!(second["sent"], json!([asked, sent]));
    let third = ask_with(&format!("{preflight},{answer}"));
    assert_eq!((&third["verdict"], &third["type"]), (&json!("allow"), &json!("cors")));
    assert_eq!(
        (&third["status"], &third["exposed"]),
        (&json!(404), &json!(["content-type", "x-id"]))
    );
    assert_eq!(third["sent"], json!([asked, sent]));

    let blocked = ask_with(r#"{"status":405,"headers":[]}"#);
    let failure = &blocked["failure"];
    assert_eq!(blocked["verdict"], "block");
    assert_eq!(failure["code"], "allow-origin-missing");
    assert_eq!(failure["during"], "preflight");
    assert_eq!(failure["spec"], "https://fetch.spec.whatwg.org/#concept-cors-check");
    assert_eq!(failure["value"], Value::Null);
    for engine in ["chromium", "firefox", "webkit"] {
        assert!(failure["console"][engine].is_string(), "{engine}");
    }
}

#[test]
fn judge_keeps_named_caches() {
    let ask_at = |browser: &str, cache: &str, now: &str, responses: &str| {
        format!(
            r#"{{"op":"judge","fetch":{{"url":"https://api.example/","origin":"https://app.example","method":"PUT"}},"responses":[{responses}],"browser":"{browser}","cache":{cache},"now":{now}}}"#
        )
    };
    let allow = r#"["access-control-allow-origin","*"]"#;
    let both = format!(
        r#"{{"status":204,"headers":[{allow},["access-control-allow-methods","PUT"],["access-control-max-age","10"]]}},{{"status":200,"headers":[{allow}]}}"#
    );
    let answers = ask_all(&[
        &ask_at("fetch", "\"c\"", "0", &both),
        &ask_at("fetch", "\"c\"", "9.5", ""),
        &ask_at("fetch", "\"c\"", "10", ""),
        &ask_at("fetch", "\"d\"", "1", ""),
        &ask_at("firefox", "\"c\"", "1", ""),
        &ask_at("fetch", "null", "1", ""),
    ]);
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer["ok"]["sent"][0]["kind"].clone()).collect();
    assert_eq!(kinds, ["preflight", "actual", "preflight", "preflight", "preflight", "preflight"]);
    assert_eq!(answers[0]["ok"]["verdict"], "allow");
}

#[test]
fn simulate_plays_both_sides() {
    let question = |policy: &str, more: &str| {
        ask(&format!(
            r#"{{"op":"simulate","policy":{policy},"fetch":{{"url":"https://api.example/x","origin":"https://app.example","method":"DELETE"}}{more}}}"#
        ))["ok"]
            .clone()
    };
    let policy = r#"{"allow_origins":["https://app.example"],"allow_methods":["DELETE"],"expose_headers":["x-id"]}"#;
    let response = r#","response":{"status":500,"headers":[["X-Id","1"],["Access-Control-Allow-Origin","*"],["Vary","Accept, ORIGIN"]]}"#;
    let played = question(policy, response);
    assert_eq!((&played["verdict"], &played["type"]), (&json!("allow"), &json!("cors")));
    assert_eq!((&played["exposed"], &played["failure"]), (&json!(["x-id"]), &Value::Null));
    let exchanges = played["exchanges"].as_array().unwrap();
    assert_eq!(exchanges.len(), 2);
    assert_eq!(exchanges[0]["decision"]["kind"], "preflight");
    assert_eq!(exchanges[0]["response"]["status"], 204);
    // Somebody else's grant is gone, and the `Vary` that was there says enough.
    assert_eq!(
        exchanges[1]["response"],
        json!({"status": 500, "headers": [
            ["x-id", "1"],
            ["vary", "Accept, ORIGIN"],
            ["access-control-allow-origin", "https://app.example"],
            ["access-control-expose-headers", "x-id"],
        ]})
    );
    let played = question(r#"{"allow_origins":["https://other.example"]}"#, "");
    assert_eq!((&played["verdict"], &played["type"]), (&json!("block"), &Value::Null));
    assert_eq!(played["failure"]["code"], "allow-origin-missing");
    assert_eq!(played["exchanges"][0]["decision"]["rejection"]["code"], "origin-not-allowed");
    assert_eq!(played["exchanges"][0]["response"]["status"], 403);
}

#[test]
fn a_bad_fetch_is_an_error_with_its_path() {
    let fetch = r#""url":"https://a.example/","origin":"https://b.example""#;
    for (question, path) in [
        (r#"{"op":"judge","responses":[]}"#.to_owned(), "fetch"),
        (format!(r#"{{"op":"judge","fetch":{{{fetch}}}}}"#), "responses"),
        (r#"{"op":"judge","fetch":[],"responses":[]}"#.to_owned(), "fetch"),
        (
            r#"{"op":"judge","fetch":{"url":"/x","origin":"null"},"responses":[]}"#.to_owned(),
            "fetch.url",
        ),
        (
            r#"{"op":"judge","fetch":{"url":"https://a/","origin":"x"},"responses":[]}"#.to_owned(),
            "fetch.origin",
        ),
        (
            format!(r#"{{"op":"judge","fetch":{{{fetch},"mode":"Cors"}},"responses":[]}}"#),
            "fetch.mode",
        ),
        (
            format!(
                r#"{{"op":"judge","fetch":{{{fetch},"headers":[["a b","c"]]}},"responses":[]}}"#
            ),
            "fetch.headers[0]",
        ),
        (
            format!(
                r#"{{"op":"judge","fetch":{{{fetch},"headers":[["a","\u0000"]]}},"responses":[]}}"#
            ),
            "fetch.headers[0]",
        ),
        (
            format!(r#"{{"op":"judge","fetch":{{{fetch},"metod":"x"}},"responses":[]}}"#),
            "fetch.metod",
        ),
        (
            format!(
                r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[{{"status":70000,"headers":[]}}]}}"#
            ),
            "responses[0].status",
        ),
        (
            format!(
                r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[{{"status":200,"headers":[["\u0100","x"]]}}]}}"#
            ),
            "responses[0].headers[0][0]",
        ),
        (
            format!(r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[],"browser":"ie"}}"#),
            "browser",
        ),
        (format!(r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[],"now":-1}}"#), "now"),
        (format!(r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[],"now":1e300}}"#), "now"),
        (format!(r#"{{"op":"judge","fetch":{{{fetch}}},"responses":[],"policy":"p"}}"#), "policy"),
        (format!(r#"{{"op":"evaluate","fetch":{{{fetch}}}}}"#), "fetch"),
        (format!(r#"{{"op":"simulate","fetch":{{{fetch}}}}}"#), "policy"),
    ] {
        let answer = ask(&question);
        assert_eq!(answer["error"]["code"], "bad-request", "{question}: {answer}");
        assert_eq!(answer["error"]["path"], path, "{question}: {answer}");
    }
}
