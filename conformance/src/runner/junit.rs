//! `--junit`: a run as JUnit XML, which continuous-integration servers read.

use std::fmt::Write as _;

use super::console::{cut, place};
use super::record::{CaseRecord, Counts, Outcome, Run, Standing};
use crate::finding::printable;

/// The run as an XML document.
#[must_use]
pub fn render(run: &Run) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _infallible = document(&mut xml, run);
    xml
}

fn document(xml: &mut String, run: &Run) -> std::fmt::Result {
    let name = escape(&format!("corsac: {}", run.start.implementation));
    writeln!(xml, "<testsuites name=\"{name}\"{}>", counts(&run.summary.total, &run.cases))?;
    for (topic, topic_counts) in &run.summary.topics {
        let cases: Vec<CaseRecord> =
            run.cases.iter().filter(|case| case.topic == *topic).cloned().collect();
        let name = escape(topic);
        writeln!(xml, "  <testsuite name=\"{name}\"{}>", counts(topic_counts, &cases))?;
        for case in &cases {
            testcase(xml, case)?;
        }
        writeln!(xml, "  </testsuite>")?;
    }
    let mut complaints: Vec<String> = run
        .summary
        .unmatched
        .iter()
        .map(|line| format!("known failures, {line}: no such case"))
        .collect();
    complaints.extend(run.summary.broken.iter().cloned());
    if !complaints.is_empty() {
        let number = complaints.len();
        writeln!(xml, "  <testsuite name=\"the run\" tests=\"{number}\" errors=\"{number}\">")?;
        for complaint in complaints {
            let text = escape(&complaint);
            writeln!(
                xml,
                "    <testcase classname=\"the run\" name=\"{text}\"><error message=\"{text}\"/></testcase>"
            )?;
        }
        writeln!(xml, "  </testsuite>")?;
    }
    writeln!(xml, "</testsuites>")
}

fn counts(counts: &Counts, cases: &[CaseRecord]) -> String {
    let errors = cases
        .iter()
        .filter(|case| case.standing == Standing::Failed && case.outcome == Outcome::Error)
        .count();
    let skipped = counts.skipped.saturating_add(counts.known).saturating_add(counts.differs);
    format!(
        " tests=\"{}\" failures=\"{}\" errors=\"{errors}\" skipped=\"{skipped}\"",
        counts.total(),
        counts.failed.saturating_sub(errors),
    )
}

fn testcase(xml: &mut String, case: &CaseRecord) -> std::fmt::Result {
    let (group, name) = case.id.split_once('/').unwrap_or(("", &case.id));
    let (topic, group, name) = (escape(&case.topic), escape(group), escape(name));
    write!(xml, "    <testcase classname=\"{topic}.{group}\" name=\"{name}\"")?;
    let message = message(case);
    let text = escape(&cut(&message));
    match (case.standing, case.outcome) {
        (Standing::Held, _) => return writeln!(xml, "/>"),
        (Standing::UnexpectedPass, _) => {
            write!(xml, "><failure message=\"passes, and is listed as known to fail\"/>")?;
        }
        (Standing::Failed, Outcome::Error) => {
            write!(xml, "><error message=\"{text}\">{}</error>", escape_lines(&details(case)))?;
        }
        (Standing::Failed, _) => {
            write!(xml, "><failure message=\"{text}\">{}</failure>", escape_lines(&details(case)))?;
        }
        (Standing::Known, _) => {
            let reason = escape(case.known.as_deref().unwrap_or_default());
            write!(xml, "><skipped message=\"known to fail: {reason}\"/>")?;
        }
        (Standing::Tolerated, _) => {
            write!(xml, "><skipped message=\"differs, and may: {text}\"/>")?;
        }
        (Standing::Skipped, _) => write!(xml, "><skipped message=\"{text}\"/>")?,
    }
    writeln!(xml, "</testcase>")
}

/// On one line.
fn message(case: &CaseRecord) -> String {
    if let Some(reason) = &case.reason {
        return reason.clone();
    }
    let problem = |problem: &super::record::Problem| {
        format!("{}: expected {}, got {}", problem.what, problem.expected, problem.got)
    };
    case.problems.iter().map(problem).collect::<Vec<_>>().join("; ")
}

fn details(case: &CaseRecord) -> Vec<String> {
    let mut lines = vec![case.description.clone(), message(case)];
    for exchange in &case.exchanges {
        lines.extend(exchange.sent.iter().map(|line| format!("> {}", cut(line))));
        lines.extend(exchange.received.iter().map(|line| format!("< {}", cut(line))));
    }
    lines.extend(case.rests_on.iter().map(|reference| format!("rests on {}", place(reference))));
    lines.extend(case.reproduce.iter().map(|command| format!("reproduce: {command}")));
    lines
}

fn escape_lines(lines: &[String]) -> String {
    lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("\n")
}

/// For an attribute or a text. What XML cannot hold at all is escaped as in a string first.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
