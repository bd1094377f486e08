//! A driver for `corsac test --http-driver`: starts a recipe for each policy of the suite.
//!
//! `corsac test --http-driver 'recipes/target/debug/driver recipes/target/debug/axum-recipe'`

use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::{env, fs};

use live::server::Server;
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: driver RECIPE, the program of one: recipes/target/debug/axum-recipe");
        std::process::exit(2);
    };
    let rest: Vec<String> = arguments.collect();
    let name = format!("corsac-recipe-{}.toml", std::process::id());
    let file = env::temp_dir().join(name);
    // The one that serves, until the next is started.
    let mut server = None;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let mut answer = match question["op"].as_str() {
            Some("hello") => json!({"ok": {
                "protocol": 1,
                "implementation": {"name": program_name(&program), "version": "0", "language": "rust"},
                "ops": ["start", "stop"],
                "profile": null,
            }}),
            Some("start") => {
                drop(server.take());
                match start(&program, &file, &rest, &question["policy"]) {
                    Ok(started) => {
                        let url = started.url("/things");
                        server = Some(started);
                        json!({"ok": {"url": url}})
                    }
                    Err(error) => json!({"error": {"code": "invalid-policy", "message": error}}),
                }
            }
            Some("stop") => {
                drop(server.take());
                json!({"ok": {}})
            }
            _ => json!({"error": {"code": "unknown-op", "message": "ask hello, start or stop"}}),
        };
        answer["id"] = question["id"].clone();
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    let _ = fs::remove_file(&file);
    Ok(())
}

fn program_name(program: &str) -> String {
    Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Policies come as JSON, and recipes read TOML.
fn start(program: &str, file: &Path, rest: &[String], policy: &Value) -> Result<Server, String> {
    let mut policy = policy.clone();
    // TOML has no null; this one says that there is none.
    if let Some(fields) =
        policy.as_object_mut().filter(|fields| fields.get("max_age") == Some(&Value::Null))
    {
        fields.remove("max_age");
    }
    let text = toml::to_string(&policy).map_err(|error| format!("no TOML: {error}"))?;
    fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    Server::try_start(program, file, &rest)
}
