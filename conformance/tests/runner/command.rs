//! The command, run as a person does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Standard output, standard error and the exit status.
pub(crate) fn corsac(arguments: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_corsac")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// A directory that is there as long as the test runs.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("corsac-runner-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// With the few cases in it.
    pub(crate) fn with_vectors(name: &str) -> Self {
        let scratch = Self::new(name);
        scratch.write("tiny.json", include_str!("tiny.json"));
        scratch
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> String {
        std::fs::write(self.0.join(name), content).unwrap();
        self.path(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn directory(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// The cases of a run with `--json`, each as id and what it means for the run, and the summary.
pub(crate) fn events(text: &str) -> (Vec<(String, String)>, Vec<Value>) {
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = events.iter().filter(|event| event["event"] == "case");
    (cases.map(|case| (word(&case["id"]), word(&case["standing"]))).collect(), events)
}

/// Runs the few cases against whom the options name.
pub(crate) fn tiny(scratch: &Scratch, options: &[&str]) -> (String, String, i32) {
    let mut arguments = vec!["test", "--vectors", scratch.directory()];
    arguments.extend(options);
    corsac(&arguments)
}

pub(crate) fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    path.to_str().unwrap().to_owned()
}
