//! `corsac vectors`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use corsac_conformance::finding::printable;
use corsac_conformance::vectors::coverage::{Covered, cover};
use corsac_conformance::vectors::{
    Bug, CaseRef, Importance, LoadError, Suite, canonical, checking, export, generate,
};
use serde::Serialize;

use super::{exit_code, style};
use crate::Outcome;

/// The conformance suite itself: what is in it, whether it is sound, and what it rests on.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    List(List),
    Check(Check),
    Coverage(Coverage),
    Export(Export),
    Generate(Generate),
}

/// Lists the cases: id, kind and description.
#[derive(Args)]
struct List {
    /// A directory of vector files; without one, the suite that is part of corsac.
    directory: Option<PathBuf>,
    /// Only this topic.
    #[arg(long)]
    topic: Option<String>,
    /// Prints a JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Checks vector files: their form, ids, references and expectations. Exits with 1 if anything is
/// wrong.
#[derive(Args)]
struct Check {
    /// A directory of vector files; without one, the suite that is part of corsac.
    directory: Option<PathBuf>,
    /// Sets the exact answers to those of the reference server, writes every file in canonical form,
    /// and the schema and the manifest beside them.
    #[arg(long, requires = "directory")]
    write: bool,
}

/// Counts the cases that rest on each step of the standard. Exits with 1 if a step has none and no
/// reason is written.
#[derive(Args)]
struct Coverage {
    /// A directory of vector files; without one, the suite that is part of corsac.
    directory: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Prints a table in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// Writes the suite into a directory: the files, their schema, the manifest, and INTERPRETING.md.
#[derive(Args)]
struct Export {
    /// The directory; it is made if it is not there.
    directory: PathBuf,
}

/// Writes the file of generated cases anew. The seeds are part of the program, so it changes with
/// the generators alone.
#[derive(Args)]
struct Generate {
    /// The directory of vector files.
    directory: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.what {
        What::List(list) => list.run(),
        What::Check(check) => check.run(),
        What::Coverage(coverage) => coverage.run(),
        What::Export(export) => export.run(),
        What::Generate(generate) => generate.run(),
    }
}

fn load(directory: Option<&Path>) -> Result<Suite> {
    let suite = directory.map_or_else(Suite::embedded, Suite::load);
    suite.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(LoadError::to_string).collect();
        anyhow::anyhow!("the vectors cannot be read:\n  {}", lines.join("\n  "))
    })
}

#[derive(Serialize)]
struct Listed<'s> {
    id: String,
    topic: &'s str,
    side: &'static str,
    kind: Importance,
    description: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'s str>,
    bugs: Vec<Bug>,
}

impl<'s> From<CaseRef<'s>> for Listed<'s> {
    fn from(case: CaseRef<'s>) -> Self {
        Self {
            id: case.id(),
            topic: &case.file.topic,
            side: case.file.side.as_str(),
            kind: case.case.importance,
            description: &case.case.description,
            source: case.case.source.as_deref(),
            bugs: case.case.flags.iter().map(|flag| flag.bug).collect(),
        }
    }
}

impl List {
    fn run(&self) -> Outcome {
        let suite = load(self.directory.as_deref())?;
        let is_wanted = |topic: &str| self.topic.as_deref().is_none_or(|wanted| wanted == topic);
        if !suite.files.iter().any(|file| is_wanted(&file.topic)) {
            let topics: Vec<&str> = suite.files.iter().map(|file| file.topic.as_str()).collect();
            bail!("there is no such topic; there are {}", topics.join(", "));
        }
        let mut output = anstream::stdout().lock();
        let mut count: usize = 0;
        for file in suite.files.iter().filter(|file| is_wanted(&file.topic)) {
            if !self.json {
                let (title, faint) = (style::TITLE, style::FAINT);
                writeln!(
                    output,
                    "{title}{}{title:#} {faint}{}{faint:#}",
                    file.topic,
                    file.side.as_str()
                )?;
            }
            for case in suite.cases().filter(|case| case.file.topic == file.topic) {
                count = count.saturating_add(1);
                if self.json {
                    writeln!(output, "{}", serde_json::to_string(&Listed::from(case))?)?;
                    continue;
                }
                let kind = match case.case.importance {
                    Importance::Required => "",
                    other => other.as_str(),
                };
                let (id, description) = (case.id(), printable(&case.case.description));
                let faint = style::FAINT;
                writeln!(output, "  {faint}{kind:<11}{faint:#} {id:<48} {description}")?;
            }
        }
        if !self.json {
            writeln!(output, "{count} cases; each can be run by its id")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    fn run(&self) -> Outcome {
        let mut suite = load(self.directory.as_deref())?;
        let mut output = anstream::stdout().lock();
        if let (true, Some(directory)) = (self.write, &self.directory) {
            let filled = checking::fill(&mut suite);
            let written = export::write_files(&suite, directory)
                .with_context(|| format!("the directory {directory:?} cannot be written to"))?;
            writeln!(output, "{filled} exact answers set, {written} files written")?;
        }
        let mut problems: Vec<String> =
            checking::check(&suite).iter().map(ToString::to_string).collect();
        problems.extend(match &self.directory {
            Some(directory) => export::stale_in(&suite, directory),
            None => export::stale_embedded(&suite),
        });
        let missing = cover(&suite).into_iter().filter(Covered::is_missing).count();
        for problem in &problems {
            writeln!(output, "{}wrong{:#} {problem}", style::BAD, style::BAD)?;
        }
        let cases = suite.cases().count();
        let files = suite.files.len();
        if problems.is_empty() {
            let good = style::GOOD;
            writeln!(output, "{good}sound{good:#} {cases} cases in {files} files")?;
        } else {
            writeln!(output, "{} problems in {cases} cases of {files} files", problems.len())?;
        }
        if missing > 0 {
            let faint = style::FAINT;
            writeln!(
                output,
                "{faint}{missing} steps have no case: see `corsac vectors coverage`{faint:#}"
            )?;
        }
        Ok(exit_code(problems.is_empty()))
    }
}

impl Coverage {
    fn run(&self) -> Outcome {
        let covered = cover(&load(self.directory.as_deref())?);
        let is_whole = !covered.iter().any(Covered::is_missing);
        let mut output = anstream::stdout().lock();
        if self.json {
            writeln!(output, "{}", serde_json::to_string_pretty(&covered)?)?;
        } else if self.markdown {
            write!(output, "{}", export::coverage_markdown(&covered))?;
        } else {
            let mut algorithm = "";
            for row in &covered {
                let style = match (row.cases, row.excepted) {
                    (0, None) => style::BAD,
                    (0, Some(_)) => style::FAINT,
                    _ => style::GOOD,
                };
                let (title, faint, cases) = (style::TITLE, style::FAINT, row.cases);
                // An algorithm that is counted as a whole is one line.
                let Some(step) = row.step else {
                    let (name, spec) = (row.algorithm, row.spec);
                    writeln!(
                        output,
                        "{style}{cases:>5}{style:#} {title}{name}{title:#} {faint}{spec}{faint:#}"
                    )?;
                    continue;
                };
                if row.algorithm != algorithm {
                    algorithm = row.algorithm;
                    writeln!(
                        output,
                        "      {title}{algorithm}{title:#} {faint}{}{faint:#}",
                        row.spec
                    )?;
                }
                let why = row.excepted.map(|why| format!(" ({why})")).unwrap_or_default();
                writeln!(output, "{style}{cases:>5}{style:#}   {step:<18} {}{why}", row.text)?;
            }
            let missing = covered.iter().filter(|row| row.is_missing()).count();
            let excepted =
                covered.iter().filter(|row| row.cases == 0).count().saturating_sub(missing);
            writeln!(
                output,
                "{} steps: {missing} without a case, and {excepted} for a reason that is written down",
                covered.len()
            )?;
        }
        Ok(exit_code(is_whole))
    }
}

impl Export {
    fn run(&self) -> Outcome {
        let directory = &self.directory;
        let written = export::write_embedded(directory)
            .with_context(|| format!("the directory {directory:?} cannot be written to"))?;
        let mut output = anstream::stdout().lock();
        writeln!(
            output,
            "{written} files written to {}",
            printable(&directory.display().to_string())
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Generate {
    fn run(&self) -> Outcome {
        let file = generate::generate().map_err(anyhow::Error::msg)?;
        let cases: usize = file.groups.iter().map(|group| group.cases.len()).sum();
        let path = self.directory.join(format!("{}.json", file.topic));
        let text = canonical::write(&file).map_err(anyhow::Error::msg)?;
        std::fs::write(&path, text).with_context(|| {
            format!("the file {path:?} cannot be written; check that the directory is there")
        })?;
        let mut output = anstream::stdout().lock();
        writeln!(output, "{cases} cases written to {}", printable(&path.display().to_string()))?;
        Ok(ExitCode::SUCCESS)
    }
}
