//! `corsac vectors`: what it prints, what it writes, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is a failed test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn corsac(arguments: &[&str]) -> Output {
    let arguments = std::iter::once("vectors").chain(arguments.iter().copied());
    Command::new(env!("CARGO_BIN_EXE_corsac")).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A directory that goes away.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("corsac-{name}-{}", std::process::id()));
        Self(path)
    }

    fn as_str(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn cases_are_listed() {
    let output = corsac(&["list", "--topic", "max-age", "--json"]);
    assert!(output.status.success());
    let cases: Vec<serde_json::Value> =
        text(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cases.len() > 10);
    let zero = cases.iter().find(|case| case["id"] == "max-age-0/allowed").unwrap();
    assert_eq!((&zero["topic"], &zero["kind"]), (&"max-age".into(), &"recommended".into()));
    let output = corsac(&["list", "--topic", "max-age"]);
    assert!(text(&output).contains("max-age-0/allowed"), "{}", text(&output));
    assert!(text(&output).contains(&format!("{} cases", cases.len())));

    let output = corsac(&["list", "--topic", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("there is no such topic; there are origins-exact, "), "{message}");
}

#[test]
fn the_suite_is_exported_and_checked() {
    let directory = Directory::new("export");
    let output = corsac(&["export", directory.as_str()]);
    assert!(output.status.success());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let exported = names(&directory.0);
    for name in &exported {
        assert_eq!(fs::read(directory.0.join(name)).unwrap(), fs::read(own.join(name)).unwrap());
    }
    assert!(exported.contains(&"INTERPRETING.md".to_owned()));
    let is_json = |name: &&String| Path::new(name).extension().is_some_and(|it| it == "json");
    assert!(names(&own).iter().filter(is_json).all(|name| exported.contains(name)));

    let output = corsac(&["check", directory.as_str()]);
    assert!(output.status.success(), "{}", text(&output));
}

/// What is wrong is told, and mended where it can be.
#[test]
fn files_are_checked_and_mended() {
    let directory = Directory::new("check");
    fs::create_dir_all(&directory.0).unwrap();
    let path = directory.0.join("max-age.json");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/max-age.json");
    let sound = fs::read_to_string(own).unwrap();
    fs::write(&path, sound.replace("\"kind\": \"recommended\"", "\"kind\":   \"recommended\""))
        .unwrap();
    let output = corsac(&["check", directory.as_str()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("max-age.json: line"), "{}", text(&output));
    assert!(text(&output).contains("manifest.json: it is not there"), "{}", text(&output));
    let output = corsac(&["check", directory.as_str(), "--write"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), sound);
    assert!(corsac(&["check", directory.as_str()]).status.success());

    let wrong = sound.replacen("\"allowed\": true", "\"allowed\": false", 1);
    fs::write(&path, &wrong).unwrap();
    let output = corsac(&["check", directory.as_str()]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output);
    assert!(told.contains("the engine does not pass: allowed: expected no grant"), "{told}");
    assert!(told.contains("the reference server does not pass"), "{told}");

    fs::write(&path, "{").unwrap();
    let output = corsac(&["check", directory.as_str()]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_embedded_suite_is_sound() {
    let output = corsac(&["check"]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).starts_with("sound "), "{}", text(&output));
}

#[test]
fn coverage_is_a_table() {
    let output = corsac(&["coverage", "--json"]);
    assert!(output.status.success());
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text(&output)).unwrap();
    assert!(rows.len() > 150, "{}", rows.len());
    for row in &rows {
        assert!(row["cases"].as_u64().unwrap() > 0 || row["excepted"].is_string(), "{row}");
    }
    let markdown = text(&corsac(&["coverage", "--markdown"]));
    assert_eq!(markdown.lines().count(), rows.len() + 2);
    assert!(markdown.lines().all(|line| line.starts_with('|') && line.ends_with('|')));
    assert!(text(&corsac(&["coverage"])).contains("0 without a case"));

    // Of a few cases alone most steps have none.
    let directory = Directory::new("coverage");
    fs::create_dir_all(&directory.0).unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/max-age.json");
    fs::copy(own, directory.0.join("max-age.json")).unwrap();
    assert_eq!(corsac(&["coverage", directory.as_str()]).status.code(), Some(1));
}

#[test]
fn generated_cases_are_written_anew() {
    let directory = Directory::new("generate");
    fs::create_dir_all(&directory.0).unwrap();
    assert!(corsac(&["generate", directory.as_str()]).status.success());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/generated.json");
    let written = fs::read(directory.0.join("generated.json")).unwrap();
    assert_eq!(written, fs::read(own).unwrap());
}
