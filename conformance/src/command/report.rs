//! `corsac report`.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Args;
use corsac_conformance::runner::record::Run;
use corsac_conformance::runner::{html, markdown};

use crate::Outcome;

/// Puts several runs beside one another: implementations by topics, and every case that did not
/// pass. Exits with 0, or with 2 if a file is no run.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Runs, as `corsac test --json` has printed them.
    #[arg(required = true, value_name = "RUN.json")]
    runs: Vec<PathBuf>,
    /// Where the report goes; without it, to standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Markdown in the place of HTML.
    #[arg(long)]
    markdown: bool,
    /// The heading of the HTML report.
    #[arg(long, default_value = "CORS conformance", value_name = "TEXT")]
    title: String,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let runs: Vec<Run> =
        arguments.runs.iter().map(|path| Run::read(path)).collect::<Result<_, _>>()?;
    let text = if arguments.markdown {
        markdown::matrix(&runs)
    } else {
        html::matrix(&arguments.title, &runs)
    };
    match &arguments.output {
        Some(path) => fs::write(path, text)
            .map_err(|error| anyhow!("the report {path:?} cannot be written: {error}"))?,
        None => std::io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}
