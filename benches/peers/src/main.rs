//! `cargo bench -p corsac-bench-peers`: what CORS costs, in time and allocations; with
//! `-- --instructions` (needs valgrind) in instructions too.

mod callgrind;
mod machine;
mod table;
mod timing;

use std::io::IsTerminal as _;
use std::process::Command;

use anyhow::{Context as _, anyhow, bail};
use clap::Parser;
use corsac_bench_peers::peers::{ALL, Implementation};
use corsac_bench_peers::scenarios::{self, Expected, Scenario};
use corsac_bench_peers::{Peer, check};
use indicatif::{ProgressBar, ProgressStyle};
use table::Measured;

/// Measures what CORS costs in corsac and in other Rust implementations.
#[derive(Parser)]
#[command(name = "peers")]
struct Arguments {
    /// Check the answers and measure nothing
    #[arg(long)]
    test: bool,
    /// Count instructions too; needs valgrind
    #[arg(long)]
    instructions: bool,
    /// Print Markdown
    #[arg(long)]
    markdown: bool,
    /// How often each implementation is timed; the fastest time counts
    #[arg(long, default_value_t = 1000)]
    rounds: usize,
    /// Only scenarios whose names contain one of these
    scenarios: Vec<String>,
    /// What callgrind runs: a scenario, an implementation, and how often it is asked
    #[arg(long, hide = true, num_args = 3)]
    ask: Option<Vec<usize>>,
}

fn main() -> anyhow::Result<()> {
    let arguments =
        Arguments::parse_from(std::env::args().filter(|argument| argument != "--bench"));
    let scenarios = scenarios::all();
    if let Some([scenario, whom, count]) = arguments.ask.as_deref() {
        return callgrind::asked(&scenarios, *scenario, *whom, *count);
    }
    let wanted = |name: &str| {
        let only = &arguments.scenarios;
        only.is_empty() || only.iter().any(|part| name.contains(part.as_str()))
    };
    let chosen: Vec<(usize, &Scenario)> =
        scenarios.iter().enumerate().filter(|(_, scenario)| wanted(scenario.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name).collect();
        bail!("no scenario has such a name; there are: {}", names.join("; "));
    }
    if arguments.test {
        for (_, scenario) in &chosen {
            checked(scenario)?;
        }
        println!("{} scenarios: the answers of {} are right", chosen.len(), ALL.len());
        return Ok(());
    }

    let mut answers = String::new();
    let progress = Progress::over("timing", chosen.len());
    let mut times = Vec::new();
    for (_, scenario) in &chosen {
        progress.says(scenario.name);
        let mut peers = checked(scenario)?;
        if scenario.expected == Expected::RefusedHere {
            answers += &allowing(scenario, &mut peers);
        }
        times.push(timing::fastest(&mut peers, arguments.rounds));
        progress.one_more();
    }
    let mut measured = vec![Measured { what: "Time", unit: "ns", gross: times, ratios: true }];
    if arguments.instructions {
        let progress =
            Progress::over("counting instructions", chosen.len().saturating_mul(ALL.len()));
        let gross = callgrind::count(&chosen, &progress)?;
        measured.push(Measured { what: "Instructions", unit: "Ir", gross, ratios: true });
    }
    let gross = allocations(&chosen)?;
    measured.push(Measured { what: "Allocations", unit: "calls", gross, ratios: false });

    let names: Vec<&str> = chosen.iter().map(|(_, scenario)| scenario.name).collect();
    println!("{}", machine::describe(arguments.markdown));
    for measured in &measured {
        measured.print(&names, arguments.markdown);
    }
    print!("{answers}");
    Ok(())
}

/// Everybody with the scenario's policy, once they answer as they should.
fn checked(scenario: &Scenario) -> anyhow::Result<Vec<Box<dyn Peer>>> {
    let checked = ALL.map(|implementation| {
        let mut peer = implementation.with(scenario);
        if implementation.bare().is_some() {
            check(peer.as_mut(), scenario, implementation.is_strict()).map_err(|wrong| {
                anyhow!("{}, {}: {wrong}", scenario.name, implementation.name())
            })?;
        }
        Ok(peer)
    });
    checked.into_iter().collect()
}

/// Who grants what no browser asks for, since that is work of another kind.
fn allowing(scenario: &Scenario, peers: &mut [Box<dyn Peer>]) -> String {
    let granted = ALL.iter().zip(peers).filter(|(whom, _)| whom.bare().is_some());
    let (allow, refuse): (Vec<_>, Vec<_>) = granted
        .map(|(whom, peer)| (whom.name(), peer.answer().allows()))
        .partition(|(_, yes)| *yes);
    let names = |list: Vec<(&'static str, bool)>| {
        list.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    };
    format!("{}: allowed by {}; refused by {}.\n", scenario.name, names(allow), names(refuse))
}

fn allocations(chosen: &[(usize, &Scenario)]) -> anyhow::Result<Vec<Vec<f64>>> {
    let program = env!("CARGO_BIN_EXE_allocations");
    let output =
        Command::new(program).output().with_context(|| format!("{program} cannot be run"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut counts = vec![vec![f64::NAN; ALL.len()]; chosen.len()];
    for line in text.lines() {
        let numbers: Vec<usize> =
            line.split(' ').map(str::parse).collect::<Result<_, _>>().context("a count")?;
        let [scenario, whom, count] = numbers[..] else { bail!("{program} says {line:?}") };
        let at = chosen.iter().position(|(number, _)| *number == scenario);
        if let Some(cell) = at.and_then(|at| counts.get_mut(at)?.get_mut(whom)) {
            #[expect(clippy::cast_precision_loss, reason = "a count of a few thousand at the most")]
            let count = count as f64;
            *cell = count;
        }
    }
    if counts.iter().flatten().any(|count| count.is_nan()) {
        bail!("{program} has not counted all: {text}");
    }
    Ok(counts)
}

/// A bar on a terminal, lines elsewhere.
struct Progress {
    bar: ProgressBar,
    what: &'static str,
}

impl Progress {
    fn over(what: &'static str, steps: usize) -> Self {
        let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}");
        let bar = ProgressBar::new(steps as u64).with_prefix(what);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, what }
    }

    fn says(&self, now: &str) {
        self.bar.set_message(now.to_owned());
        if !std::io::stderr().is_terminal() {
            eprintln!("{}: {now}", self.what);
        }
    }

    fn one_more(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The place of an implementation in a row of measurements.
fn place(implementation: Implementation) -> usize {
    ALL.iter().position(|other| *other == implementation).unwrap_or(ALL.len())
}
