//! `corsac lint`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use corsac_conformance::document::Document;
use corsac_conformance::finding::Finding;
use corsac_conformance::oracle::answer::Linted;

use super::style;
use crate::{NO, Outcome};

/// Says everything that is wrong with a policy. Exits with 0 if it can be used, 1 if not.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The policy, a TOML or JSON file.
    policy: PathBuf,
    /// Prints the findings as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let checked = Document::read(&arguments.policy)?.check();
    let outcome = if checked.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NO) };
    let mut output = anstream::stdout().lock();
    if arguments.json {
        let linted = Linted { errors: checked.errors, warnings: checked.warnings };
        writeln!(output, "{}", serde_json::to_string(&linted)?)?;
        return Ok(outcome);
    }
    let mut list = |label: &str, style: Style, findings: &[Finding]| {
        findings
            .iter()
            .try_for_each(|finding| writeln!(output, "{style}{label}{style:#} {finding}"))
    };
    list("error  ", style::BAD, &checked.errors)?;
    list("warning", style::DOUBTFUL, &checked.warnings)?;
    let (errors, warnings) = (checked.errors.len(), checked.warnings.len());
    match (errors, warnings) {
        (0, 0) => writeln!(output, "{}The policy is sound.{:#}", style::GOOD, style::GOOD)?,
        (0, _) => writeln!(output, "The policy can be used; {}.", count(warnings, "warning"))?,
        _ => writeln!(
            output,
            "The policy cannot be used: {}, {}.",
            count(errors, "error"),
            count(warnings, "warning"),
        )?,
    }
    Ok(outcome)
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
