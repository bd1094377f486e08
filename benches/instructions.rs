//! Counts instructions with valgrind's callgrind: `cargo bench --bench instructions`.
//!
//! A count is that of one more question: what a process that asks twice as often executes more,
//! divided by how much more often it asked. It does not depend on what else the machine does.
//! Each is held against `benches/instructions.txt`; more than 3 % above fails. `-- --save` writes
//! that file anew. It depends on the compiler, which it names.
#![allow(missing_docs, clippy::pedantic, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

mod scenarios;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use http::HeaderMap;

/// From what to what: from the fields that a server has found, from all of them, from a map of
/// them, each to whether it is allowed; from the first to why it is not (`told`), and from the map
/// to the fields on a response (`applied`).
const ROUTES: [&str; 5] = ["bytes", "told", "fields", "header-map", "applied"];
const ASKED: usize = 100;
/// By how much a count may exceed the baseline.
const TOLERANCE: f64 = 1.03;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--ask", at, route, count] => {
            ask(at.parse().expect("a number"), route, count.parse().expect("a number"));
            ExitCode::SUCCESS
        }
        // `cargo bench -- --test` and `cargo test --benches` check the answers alone.
        ref given if given.contains(&"--test") => {
            scenarios::ALL.iter().for_each(|make| make().check());
            ExitCode::SUCCESS
        }
        ref given => count_all(given.contains(&"--save")),
    }
}

/// Asks one question `count` times.
fn ask(at: usize, route: &str, count: usize) {
    let scenario = &scenarios::ALL[at]();
    scenario.check();
    let mut response = HeaderMap::with_capacity(8);
    // One loop for each, so that nothing but the question is counted.
    match route {
        "bytes" => repeat(count, || {
            let scenario = black_box(scenario);
            let mut request = scenario.request_without_fields();
            scenario.push_found(&mut request);
            black_box(scenario.policy.evaluate(&request).is_allowed());
        }),
        "told" => repeat(count, || {
            let scenario = black_box(scenario);
            let mut request = scenario.request_without_fields();
            scenario.push_found(&mut request);
            black_box(scenario.policy.evaluate(&request).verdict());
        }),
        "fields" => repeat(count, || {
            let request = black_box(scenario).request_of_fields();
            black_box(scenario.policy.evaluate(&request).is_allowed());
        }),
        "header-map" => repeat(count, || {
            let request = black_box(scenario).request_of_map();
            black_box(scenario.policy.evaluate(&request).is_allowed());
        }),
        _ => repeat(count, || {
            put_on_response(black_box(scenario), black_box(&mut response));
            response.clear();
        }),
    }
}

/// What is counted of the last route: not that the response is emptied again.
#[inline(never)]
fn put_on_response(scenario: &scenarios::Scenario, response: &mut HeaderMap) {
    let request = scenario.request_of_map();
    scenario.policy.evaluate(&request).apply(response);
}

#[inline(always)]
fn repeat(count: usize, mut ask: impl FnMut()) {
    for _ in 0..count {
        ask();
    }
}

/// Instructions executed by a process that asks `count` times.
fn instructions(at: usize, route: &str, count: usize) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let part = ["--collect-atstart=no", "--toggle-collect=*put_on_response*"];
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(if route == "applied" { &part[..] } else { &[] })
        .arg(program)
        .args(["--ask", &at.to_string(), route, &count.to_string()])
        .output()
        .map_err(|error| format!("valgrind cannot be run ({error}); install it by that name"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split("Collected : ").nth(1));
    let collected = collected.ok_or_else(|| format!("callgrind counted nothing: {text}"))?;
    collected.trim().parse().map_err(|_| format!("callgrind counted {collected}"))
}

fn baseline() -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once(' '))
        .filter_map(|(name, count)| Some((name.to_owned(), count.trim().parse().ok()?)))
        .collect()
}

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt")
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(|_| "rustc".to_owned(), |o| String::from_utf8_lossy(&o.stdout).trim().into())
}

fn count_all(save: bool) -> ExitCode {
    let baseline = baseline();
    let mut saved = format!("# Instructions for one question, by callgrind; {}.\n", compiler());
    let mut worse = 0;
    let [bytes, told, fields, map, applied] = ROUTES;
    println!("{:<26}{bytes:>9}{told:>9}{fields:>9}{map:>13}{applied:>10}", "instructions");
    for (at, make) in scenarios::ALL.iter().enumerate() {
        let scenario = make();
        print!("{:<26}", scenario.name);
        for (route, width) in ROUTES.iter().zip([9, 9, 9, 13, 10]) {
            let counted = instructions(at, route, ASKED)
                .and_then(|once| Ok((once, instructions(at, route, 2 * ASKED)?)));
            let (once, twice) = match counted {
                Ok(counts) => counts,
                Err(error) => {
                    eprintln!("\ninstructions: {error}");
                    return ExitCode::from(2);
                }
            };
            let each = (twice.saturating_sub(once) + ASKED as u64 / 2) / ASKED as u64;
            let key = format!("{}/{route}", scenario.name);
            let before = baseline.get(&key).copied();
            let mark = match before {
                Some(before) if each as f64 > before as f64 * TOLERANCE => {
                    worse += 1;
                    "!"
                }
                _ => "",
            };
            print!("{:>width$}", format!("{each}{mark}"));
            saved += &format!("{key} {each}\n");
        }
        println!();
    }
    if save {
        std::fs::write(file(), saved).expect("the baseline can be written");
        println!("written to {}", file().display());
    } else if worse > 0 {
        eprintln!("{worse} counts, marked !, are more than 3 % above {}", file().display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
