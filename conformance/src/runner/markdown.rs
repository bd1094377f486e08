//! `--markdown`: a run, or several beside one another, as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::console::{count, cut, place, verdict};
use super::record::{CaseRecord, Counts, Outcome, Run, Standing};
use crate::finding::printable;

/// One run.
#[must_use]
pub fn run(run: &Run) -> String {
    let mut text = String::new();
    let _infallible = one(&mut text, run);
    text
}

/// Several runs: implementations by topics, and what each failed.
#[must_use]
pub fn matrix(runs: &[Run]) -> String {
    let mut text = String::new();
    let _infallible = several(&mut text, runs);
    text
}

fn one(text: &mut String, run: &Run) -> std::fmt::Result {
    writeln!(text, "# {}\n", escape(&run.start.implementation.to_string()))?;
    writeln!(text, "{}\n", escape(&verdict(&run.summary)))?;
    writeln!(text, "| topic | held | failed | errors | known | differs | skipped |")?;
    writeln!(text, "|---|--:|--:|--:|--:|--:|--:|")?;
    let mut row = |name: &str, counts: &Counts| {
        let Counts { held, failed, errors, known, differs, skipped } = counts;
        writeln!(
            text,
            "| {name} | {held} | {failed} | {errors} | {known} | {differs} | {skipped} |"
        )
    };
    for (topic, counts) in &run.summary.topics {
        row(&escape(topic), counts)?;
    }
    row("**all**", &run.summary.total)?;
    for line in &run.summary.unmatched {
        writeln!(text, "\nKnown failures, {}: there is no such case.", escape(line))?;
    }
    let shown: Vec<&CaseRecord> = run.cases.iter().filter(|case| case.standing.fails()).collect();
    if !shown.is_empty() {
        writeln!(text, "\n## What failed\n")?;
        shown.into_iter().try_for_each(|case| failure(text, case))?;
    }
    Ok(())
}

fn failure(text: &mut String, case: &CaseRecord) -> std::fmt::Result {
    writeln!(text, "### {}\n", code(&case.id))?;
    writeln!(text, "{}\n", escape(&case.description))?;
    if case.standing == Standing::UnexpectedPass {
        writeln!(text, "- passes, and is listed as known to fail")?;
    }
    if let Some(reason) = &case.reason {
        writeln!(text, "- {}", escape(reason))?;
    }
    for problem in &case.problems {
        let [what, expected, got] =
            [&problem.what, &problem.expected, &problem.got].map(|text| escape(&cut(text)));
        writeln!(text, "- {what}: expected {expected}, got {got}")?;
    }
    for reference in &case.rests_on {
        writeln!(text, "- rests on {}", linked(&place(reference)))?;
    }
    if let Some(command) = &case.reproduce {
        writeln!(text, "- {}", code(command))?;
    }
    if !case.exchanges.is_empty() {
        writeln!(text, "\n```text")?;
        for exchange in &case.exchanges {
            exchange.sent.iter().try_for_each(|line| writeln!(text, "> {}", fenced(line)))?;
            exchange.received.iter().try_for_each(|line| writeln!(text, "< {}", fenced(line)))?;
        }
        writeln!(text, "```")?;
    }
    writeln!(text)
}

/// All topics of all runs.
pub(super) fn topics(runs: &[Run]) -> BTreeSet<&str> {
    runs.iter().flat_map(|run| run.summary.topics.keys()).map(String::as_str).collect()
}

/// The cases that passed, and those that were judged; what may differ does not count.
pub(super) fn passed(counts: &Counts) -> (usize, usize) {
    (counts.held, counts.judged().saturating_sub(counts.differs))
}

fn several(text: &mut String, runs: &[Run]) -> std::fmt::Result {
    write!(text, "| topic |")?;
    for run in runs {
        write!(text, " {} |", escape(&run.start.implementation.to_string()))?;
    }
    writeln!(text, "\n|---|{}", "--:|".repeat(runs.len()))?;
    let mut row = |name: &str, counts: &dyn Fn(&Run) -> Option<Counts>| {
        write!(text, "| {name} |")?;
        for run in runs {
            match counts(run).map(|counts| passed(&counts)) {
                None | Some((_, 0)) => write!(text, " – |")?,
                Some((passed, judged)) if passed == judged => write!(text, " {passed} |")?,
                Some((passed, judged)) => write!(text, " {passed} of {judged} |")?,
            }
        }
        writeln!(text)
    };
    for topic in topics(runs) {
        row(&escape(topic), &|run| run.summary.topics.get(topic).copied())?;
    }
    row("**all**", &|run| Some(run.summary.total))?;
    writeln!(
        text,
        "\nA number is of cases that passed; `–` where none was judged. Cases that are skipped, because \
         an implementation cannot express them or does not tell, and those in which implementations \
         may differ do not count."
    )?;
    for run in runs {
        let failed: Vec<&CaseRecord> = run
            .cases
            .iter()
            .filter(|case| matches!(case.outcome, Outcome::Fail | Outcome::Error))
            .collect();
        let name = escape(&run.start.implementation.to_string());
        let (cases, skipped) = (count(failed.len(), "case"), run.summary.total.skipped);
        writeln!(text, "\n## {name}\n")?;
        let language = run.start.implementation.language.as_deref().map(escape);
        let homepage = run.start.implementation.homepage.as_deref().map(escape);
        let about: Vec<String> = language.into_iter().chain(homepage).collect();
        if !about.is_empty() {
            writeln!(text, "{}.", about.join(", "))?;
        }
        writeln!(text, "{cases} not passed, {skipped} skipped.")?;
        for broken in &run.summary.broken {
            writeln!(text, "\nThe run broke: {}.", escape(broken))?;
        }
        if failed.is_empty() {
            continue;
        }
        writeln!(text, "\n| case | kind | what came of it | known |\n|---|---|---|---|")?;
        for case in failed {
            let came = case.reason.clone().unwrap_or_else(|| {
                let one = |p: &super::record::Problem| {
                    format!("{}: {}, not {}", p.what, p.got, p.expected)
                };
                case.problems.iter().map(one).collect::<Vec<_>>().join("; ")
            });
            let known = case.known.as_deref().map(escape).unwrap_or_default();
            let (id, kind) = (code(&case.id), case.kind.as_str());
            writeln!(text, "| {id} | {kind} | {} | {known} |", escape(&came))?;
        }
    }
    Ok(())
}

/// Text in which nothing is markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A place in a standard, as a link if it is one.
fn linked(place: &str) -> String {
    let (url, rest) = place.split_once(' ').map_or((place, ""), |(url, rest)| (url, rest));
    let is_plain = url.starts_with("https://")
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\\".contains(&byte));
    if is_plain { format!("<{url}> {}", escape(rest)) } else { escape(place) }
}

/// Text between backquotes. A pipe would end a cell of a table even there.
fn code(text: &str) -> String {
    format!("`{}`", printable(text).replace('`', "'").replace('|', "\\|"))
}

/// A line within a fence, which it cannot end.
fn fenced(line: &str) -> String {
    printable(&cut(line))
}
