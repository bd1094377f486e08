//! Adaptors and drivers that are odd in one way each. They are this very test program, started
//! again: the harness's own words go to where nobody looks, and the answers to descriptor 3.

use std::fs::File;
use std::io::{BufRead as _, Write};
use std::time::Duration;

use corsac::fetch::Response;
use corsac_conformance::document::{Document, Format};
use corsac_conformance::exchange::ResponseDocument;
use corsac_conformance::oracle::Oracle;
use serde_json::{Value, json};

use crate::server::{self, Behaviour};

/// The command line of an adaptor of this oddity.
pub(crate) fn command(oddity: &str) -> String {
    let this = std::env::current_exe().unwrap();
    let this = shlex::try_quote(this.to_str().unwrap()).unwrap().into_owned();
    let script = format!(
        "CORSAC_ODDITY={oddity} exec {this} --exact act_as_an_adaptor --nocapture 3>&1 >/dev/null"
    );
    format!("sh -c {}", shlex::try_quote(&script).unwrap())
}

/// Answers as the oddity has it, until the questions end. Nothing, where this is the test itself.
pub(crate) fn act() {
    let Ok(oddity) = std::env::var("CORSAC_ODDITY") else { return };
    let mut output = File::options().write(true).open("/dev/fd/3").unwrap();
    if oddity == "driver" || oddity == "driver-that-fails" {
        return drive(&mut output, oddity == "driver-that-fails");
    }
    let mut oracle = Oracle::new();
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let question: Value = serde_json::from_str(&line).unwrap();
        let op = question["op"].as_str().unwrap();
        let id = &question["id"];
        let is_here = op == "evaluate" && line.contains("https://b.example");
        let mut say = |value: Value| {
            writeln!(output, "{value}").unwrap();
        };
        match (oddity.as_str(), op) {
            ("no-hello", "hello") => say(json!({"id": id, "ok": {"protocol": 2}})),
            (_, "hello") => say(json!({"id": id, "ok": {
                "protocol": 1,
                "implementation": {"name": oddity, "version": "1<2", "language": "rust"},
                "ops": if oddity == "inline" { json!(["evaluate"]) } else { json!(["define", "evaluate"]) },
                "profile": null,
            }})),
            ("skips", "define") => {
                say(json!({"id": id, "skip": {"reason": "no lists", "issue": null}}));
            }
            ("refuses", "define") => say(json!({"id": id, "error": {
                "code": "invalid-policy", "message": "no", "errors": [{"code": "origin-invalid"}],
            }})),
            ("dies", _) if is_here => {
                eprintln!("starting\nfatal: \x1b[31mred");
                std::process::exit(7);
            }
            ("dies-always", "evaluate") => std::process::exit(1),
            ("hangs", _) if is_here => std::thread::sleep(Duration::from_secs(60)),
            ("rubbish", _) if is_here => writeln!(output, "listening on \x1b[31m8080").unwrap(),
            ("out-of-order", _) if is_here => {
                say(json!({"id": id.as_u64().unwrap() - 1, "ok": {"headers": []}}));
            }
            ("twice", _) if is_here => {
                say(json!({"id": id, "ok": {"headers": []}}));
                say(json!({"id": id, "ok": {"headers": []}}));
            }
            ("wrong-id", _) if is_here => say(json!({"id": "x", "ok": {"headers": []}})),
            ("too-long", _) if is_here => {
                output.write_all(&[&vec![b'x'; 17 << 20][..], b"\n"].concat()).unwrap();
            }
            ("errors", _) if is_here => {
                say(json!({"id": id, "error": {"code": "bad-request", "message": "no"}}));
            }
            ("reflects", "evaluate") => {
                let origin = &question["request"]["headers"][0][1];
                say(
                    json!({"id": id, "ok": {"headers": [["access-control-allow-origin", origin]]}}),
                );
            }
            _ => {
                let mut answer = Vec::new();
                oracle.answer(line.as_bytes(), &mut answer).unwrap();
                output.write_all(&answer).unwrap();
            }
        }
    }
}

/// A driver whose servers decide as corsac does.
fn drive(output: &mut File, fails: bool) {
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match question["op"].as_str().unwrap() {
            "hello" => json!({"ok": {
                "protocol": 1,
                "implementation": {"name": "a server"},
                "ops": ["start", "stop"],
                "marks_handler": true,
                "sets_handler": true,
            }}),
            "start" if fails => json!({"ok": {"url": "http://127.0.0.1:1/"}}),
            "start" => start(&question),
            _ => json!({"ok": {}}),
        };
        let mut answer = answer;
        answer["id"] = question["id"].clone();
        writeln!(output, "{answer}").unwrap();
    }
}

fn start(question: &Value) -> Value {
    let document = Document::parse(&question["policy"].to_string(), Format::Json);
    let Some(policy) = document.ok().and_then(|document| document.check().policy) else {
        return json!({"error": {"code": "invalid-policy", "message": "no"}});
    };
    let handler: Option<ResponseDocument> =
        serde_json::from_value(question["handler"].clone()).unwrap();
    let handler = handler.map_or_else(|| Response::new(200), |handler| handler.to_response());
    json!({"ok": {"url": server::start(Behaviour::Handler(Box::new(policy), handler))}})
}
