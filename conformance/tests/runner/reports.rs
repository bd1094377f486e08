//! What a run looks like in each report. The odd case holds what each medium would obey.

use crate::command::{Scratch, corsac, tiny};
use crate::odd;

/// A run in which one case fails, one is known to, and one differs.
fn run(name: &str, options: &[&str]) -> (Scratch, String) {
    let scratch = Scratch::with_vectors(name);
    let known = scratch.write("known.txt", "");
    let command = odd::command("reflects");
    let mut arguments = vec!["--adaptor", &command, "--known-failing", &known];
    arguments.extend(options);
    let (text, error, status) = tiny(&scratch, &arguments);
    assert_eq!((status, error.as_str()), (1, ""), "{text}");
    (scratch, text)
}

/// Without what differs from run to run: the command and the directory, however they are quoted.
fn settled(scratch: &Scratch, text: &str) -> String {
    let raw = odd::command("reflects");
    let quoted = shlex::try_quote(&raw).unwrap().into_owned();
    let mut text = text.replace(scratch.directory(), "VECTORS");
    for command in [quoted, raw] {
        let json = serde_json::to_string(&command).unwrap();
        let xml = command.replace('&', "&amp;").replace('>', "&gt;").replace('"', "&quot;");
        for form in [json.trim_matches('"'), &xml, &command] {
            text = text.replace(form, "ADAPTOR");
        }
    }
    text
}

#[test]
fn for_a_person() {
    let (scratch, text) = run("console", &[]);
    insta::assert_snapshot!(settled(&scratch, &text));
}

#[test]
fn for_a_program() {
    let (scratch, text) = run("events", &["--json"]);
    insta::assert_snapshot!(settled(&scratch, &text));
}

#[test]
fn for_continuous_integration() {
    let out = Scratch::new("junit-out");
    let path = out.path("junit.xml");
    let (scratch, _) = run("junit", &["--junit", &path]);
    insta::assert_snapshot!(settled(&scratch, &out.read("junit.xml")));
}

#[test]
fn as_markdown() {
    let out = Scratch::new("markdown-out");
    let path = out.path("run.md");
    let (scratch, _) = run("markdown", &["--markdown", &path]);
    insta::assert_snapshot!(settled(&scratch, &out.read("run.md")));
}

#[test]
fn several_runs_beside_one_another() {
    let (scratch, text) = run("matrix", &["--json"]);
    let first = scratch.write("first.run", &text);
    let (_, text) = run("matrix-2", &["--json", "--run", "three/first", "--run", "three/second"]);
    let second = scratch.write("second.run", &text);
    let (text, _, status) = corsac(&["report", &first, &second, "--markdown"]);
    assert_eq!(status, 0);
    insta::assert_snapshot!(settled(&scratch, &text));
    let out = scratch.path("matrix.html");
    let (_, _, status) = corsac(&["report", &first, &second, "-o", &out, "--title", "<script>"]);
    assert_eq!(status, 0);
    let html = scratch.read("matrix.html");
    // Nothing from outside is markup, or obeyed by a terminal.
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("<b>|") && !html.contains("<not>") && !html.contains('\u{1b}'));
    assert!(html.contains("\\u{1b}[31m\u{ff}&lt;b&gt;|"), "{html}");
    assert!(html.contains("href=\"#t-tiny\"") && html.contains("id=\"t-tiny\""));
    for link in html.split("href=\"#").skip(1) {
        let anchor = link.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{anchor}\"")), "nothing is at {anchor}");
    }
}

#[test]
fn what_is_no_run_is_told() {
    let scratch = Scratch::new("no-run");
    let start = "{\"event\":\"start\",\"format\":1,\"corsac\":\"\",\"mode\":\"\",\"target\":\"\",\
                 \"implementation\":{\"name\":\"x\"},\"profile\":null,\"cases\":0}";
    for (content, why) in [
        ("", "it is empty"),
        ("{}", "line 1: missing field"),
        ("x", "line 1: expected value"),
        (&format!("{start}\n{start}"), "line 2: a second run begins here"),
    ] {
        let path = scratch.write("run.json", content);
        let (_, error, status) = corsac(&["report", &path]);
        assert_eq!(status, 2);
        assert!(error.contains(why) && error.contains("corsac test --json"), "{error}");
    }
    let path = scratch.write("run.json", start);
    let (text, _, status) = corsac(&["report", &path, "--markdown"]);
    assert_eq!(status, 0);
    assert!(text.contains("The run broke: the run was cut off before its end."), "{text}");
    let (_, error, status) = corsac(&["report", "/nonexistent"]);
    assert_eq!(status, 2);
    assert!(error.contains("cannot be read"), "{error}");
}
