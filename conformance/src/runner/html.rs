//! `corsac report`: several runs as one page of HTML: implementations by topics, the cases of each
//! topic, and what came of every case that did not pass.
//!
//! The page needs nothing but itself. Whatever came from outside is escaped, and is a link only if
//! it is an `http:` or `https:` URL.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};

use super::console::{count, cut, place, verdict};
use super::markdown::{passed, topics};
use super::record::{CaseRecord, Counts, Outcome, Run, Standing};
use crate::finding::printable;

const STYLE: &str = include_str!("html/style.css");
/// Opens what a link leads into, for browsers that do not.
const SCRIPT: &str = include_str!("html/open.js");

/// The page.
#[must_use]
pub fn matrix(title: &str, runs: &[Run]) -> String {
    let mut page = String::new();
    let _infallible = Page { runs, output: &mut page }.write(title);
    page
}

struct Page<'p> {
    runs: &'p [Run],
    output: &'p mut String,
}

/// The columns in which a case was run, by its id.
type Row<'r> = BTreeMap<usize, &'r CaseRecord>;

impl Page<'_> {
    fn write(&mut self, title: &str) -> fmt::Result {
        let title = escape(title);
        write!(
            self.output,
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n<header>\n<h1>{title}</h1>\n"
        )?;
        let cases: usize = self.runs.iter().map(|run| run.cases.len()).max().unwrap_or_default();
        let versions: Vec<&str> = self.runs.iter().map(|run| &*run.start.corsac).collect();
        let version = versions.iter().max().copied().unwrap_or_default();
        writeln!(
            self.output,
            "<p>{}, {}, as held to the suite by corsac {}.</p>\n</header>",
            count(self.runs.len(), "implementation"),
            count(cases, "case"),
            escape(version),
        )?;
        self.overview()?;
        self.legend()?;
        self.topics()?;
        for number in 0..self.runs.len() {
            self.implementation(number)?;
        }
        writeln!(self.output, "</main>\n<script>\n{SCRIPT}</script>\n</html>")
    }

    fn overview(&mut self) -> fmt::Result {
        writeln!(
            self.output,
            "<main>\n<div class=\"wide\">\n<table class=\"overview\">\n<thead><tr><th>topic</th>"
        )?;
        self.names()?;
        writeln!(self.output, "</tr></thead>\n<tbody>")?;
        for topic in topics(self.runs) {
            let name = escape(topic);
            write!(self.output, "<tr><th><a href=\"#t-{name}\">{name}</a></th>")?;
            for (number, run) in self.runs.iter().enumerate() {
                let counts = run.summary.topics.get(topic).copied().unwrap_or_default();
                self.output.push_str(&share(&counts, &format!("r{number}-{name}")));
            }
            writeln!(self.output, "</tr>")?;
        }
        write!(self.output, "</tbody>\n<tfoot><tr><th>all</th>")?;
        for (number, run) in self.runs.iter().enumerate() {
            self.output.push_str(&share(&run.summary.total, &format!("r{number}")));
        }
        writeln!(self.output, "</tr></tfoot>\n</table>\n</div>")
    }

    fn names(&mut self) -> fmt::Result {
        for (number, run) in self.runs.iter().enumerate() {
            let implementation = &run.start.implementation;
            let name = escape(&implementation.name);
            let more: Vec<String> = [&implementation.version, &implementation.language]
                .into_iter()
                .flatten()
                .map(|text| escape(text))
                .collect();
            let more = more.join(" · ");
            write!(
                self.output,
                "<th scope=\"col\"><a href=\"#r{number}\">{name}</a><small>{more}</small></th>"
            )?;
        }
        Ok(())
    }

    fn legend(&mut self) -> fmt::Result {
        write!(self.output, "<p class=\"legend\">")?;
        for (class, mark, meaning) in [
            ("pass", "✓", "passed"),
            ("fail", "✗", "failed"),
            ("known", "✗", "failed, and known to"),
            ("differs", "≠", "differs, and may"),
            ("error", "!", "no answer to judge"),
            ("skip", "–", "skipped: it cannot be expressed or told"),
        ] {
            write!(self.output, "<span><b class=\"{class}\">{mark}</b> {meaning}</span> ")?;
        }
        writeln!(
            self.output,
            "<span>What is skipped or may differ is not counted above.</span></p>"
        )
    }

    /// Every case of every topic, a line each.
    fn topics(&mut self) -> fmt::Result {
        writeln!(self.output, "<section>\n<h2>Cases by topic</h2>")?;
        for topic in topics(self.runs) {
            let mut order: Vec<&str> = Vec::new();
            let mut rows: HashMap<&str, Row<'_>> = HashMap::new();
            for (number, run) in self.runs.iter().enumerate() {
                for case in run.cases.iter().filter(|case| case.topic == topic) {
                    let row = rows.entry(&case.id).or_insert_with(|| {
                        order.push(&case.id);
                        Row::new()
                    });
                    row.insert(number, case);
                }
            }
            let name = escape(topic);
            writeln!(
                self.output,
                "<details id=\"t-{name}\"><summary>{name} <small>{}</small></summary>\n\
                 <div class=\"wide\"><table class=\"cases\">\n<thead><tr><th>case</th>",
                count(order.len(), "case")
            )?;
            self.names()?;
            writeln!(self.output, "</tr></thead>\n<tbody>")?;
            for id in order {
                if let Some(row) = rows.get(id) {
                    self.row(id, row)?;
                }
            }
            writeln!(self.output, "</tbody>\n</table></div></details>")?;
        }
        writeln!(self.output, "</section>")
    }

    fn row(&mut self, id: &str, row: &Row<'_>) -> fmt::Result {
        let Some(first) = row.values().next() else { return Ok(()) };
        write!(
            self.output,
            "<tr><th scope=\"row\"><code>{}</code> <i>{}</i> {}</th>",
            escape(id),
            first.kind.as_str(),
            escape(&first.description),
        )?;
        for number in 0..self.runs.len() {
            let Some(case) = row.get(&number) else {
                write!(self.output, "<td></td>")?;
                continue;
            };
            let (class, mark, word) = mark_of(case);
            match case.standing {
                Standing::Held => {
                    write!(self.output, "<td class=\"{class}\" title=\"{word}\">{mark}</td>")?;
                }
                Standing::Skipped => {
                    let reason = escape(case.reason.as_deref().unwrap_or_default());
                    write!(
                        self.output,
                        "<td class=\"{class}\" title=\"{word}: {reason}\">{mark}</td>"
                    )?;
                }
                _ => write!(
                    self.output,
                    "<td class=\"{class}\"><a href=\"#r{number}-{}\" title=\"{word}\">{mark}</a></td>",
                    anchor(&case.id)
                )?,
            }
        }
        writeln!(self.output, "</tr>")
    }

    /// What did not pass, by topic.
    fn implementation(&mut self, number: usize) -> fmt::Result {
        let Some(run) = self.runs.get(number) else { return Ok(()) };
        let implementation = &run.start.implementation;
        let name = escape(&implementation.to_string());
        writeln!(self.output, "<section id=\"r{number}\">\n<h2>{name}</h2>")?;
        let facts = [&implementation.language, &implementation.homepage];
        let facts = facts.into_iter().flatten().map(|text| linked(text));
        let facts = facts.chain([
            format!("over {} <code>{}</code>", escape(&run.start.mode), escape(&run.start.target)),
            escape(&verdict(&run.summary)),
        ]);
        writeln!(self.output, "<p>{}</p>", facts.collect::<Vec<_>>().join(" · "))?;
        for line in &run.summary.unmatched {
            let line = escape(line);
            writeln!(self.output, "<p class=\"bad\">Known failures, {line}: no such case.</p>")?;
        }
        for (topic, counts) in &run.summary.topics {
            let cases: Vec<&CaseRecord> =
                run.cases.iter().filter(|case| case.topic == *topic).collect();
            let noted: Vec<&CaseRecord> = cases
                .iter()
                .copied()
                .filter(|case| !matches!(case.standing, Standing::Held | Standing::Skipped))
                .collect();
            let topic = escape(topic);
            if noted.is_empty() && counts.skipped == 0 {
                writeln!(
                    self.output,
                    "<p class=\"row\" id=\"r{number}-{topic}\">{topic} <small>{} passed</small></p>",
                    counts.held
                )?;
                continue;
            }
            writeln!(
                self.output,
                "<details id=\"r{number}-{topic}\"><summary>{topic} <small>{}</small></summary>",
                in_words(counts)
            )?;
            for case in noted {
                self.case(number, case)?;
            }
            self.skipped(&cases)?;
            writeln!(self.output, "</details>")?;
        }
        writeln!(self.output, "</section>")
    }

    fn skipped(&mut self, cases: &[&CaseRecord]) -> fmt::Result {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for case in cases.iter().filter(|case| case.standing == Standing::Skipped) {
            let reason = case.reason.as_deref().unwrap_or_default();
            reasons.entry(reason).or_default().push(&case.id);
        }
        for (reason, ids) in reasons {
            let list: Vec<String> =
                ids.iter().map(|id| format!("<code>{}</code>", escape(id))).collect();
            writeln!(
                self.output,
                "<details class=\"case\"><summary><b class=\"skip\">–</b> {} skipped: {}</summary>\
                 <p class=\"ids\">{}</p></details>",
                ids.len(),
                escape(reason),
                list.join(" "),
            )?;
        }
        Ok(())
    }

    fn case(&mut self, number: usize, case: &CaseRecord) -> fmt::Result {
        let (class, mark, word) = mark_of(case);
        writeln!(
            self.output,
            "<details class=\"case\" id=\"r{number}-{}\"><summary><b class=\"{class}\" title=\"{word}\">\
             {mark}</b> <code>{}</code> {}</summary>\n<dl>",
            anchor(&case.id),
            escape(&case.id),
            escape(&case.description),
        )?;
        self.fact("kind", case.kind.as_str())?;
        if case.standing == Standing::UnexpectedPass {
            self.fact("but", "it passes, and is listed as known to fail")?;
        }
        if let Some(reason) = &case.reason {
            self.fact("broke", &escape(reason))?;
        }
        for problem in &case.problems {
            self.fact("judged", &escape(&problem.what))?;
            self.fact("expected", &format!("<code>{}</code>", escape(&cut(&problem.expected))))?;
            self.fact("got", &format!("<code>{}</code>", escape(&cut(&problem.got))))?;
        }
        if let Some(known) = &case.known {
            self.fact("known", &escape(known))?;
        }
        for reference in &case.rests_on {
            self.fact("rests on", &linked_as(&reference.spec, &place(reference)))?;
        }
        if !case.bugs.is_empty() {
            self.fact("catches", &escape(&case.bugs.join(", ")))?;
        }
        if let Some(source) = &case.source {
            self.fact("source", &linked(source))?;
        }
        if let Some(command) = &case.reproduce {
            self.fact("reproduce", &format!("<code>{}</code>", escape(command)))?;
        }
        writeln!(self.output, "</dl>")?;
        if !case.exchanges.is_empty() {
            write!(self.output, "<pre>")?;
            for exchange in &case.exchanges {
                for line in &exchange.sent {
                    writeln!(self.output, "<i>&gt;</i> {}", escape(&cut(line)))?;
                }
                for line in &exchange.received {
                    writeln!(self.output, "<i>&lt;</i> {}", escape(&cut(line)))?;
                }
            }
            writeln!(self.output, "</pre>")?;
        }
        writeln!(self.output, "</details>")
    }

    /// `text` is HTML already.
    fn fact(&mut self, name: &str, text: &str) -> fmt::Result {
        writeln!(self.output, "<dt>{name}</dt><dd>{text}</dd>")
    }
}

/// A cell: how many of the cases that were judged passed.
fn share(counts: &Counts, anchor: &str) -> String {
    let (passed, judged) = passed(counts);
    if judged == 0 {
        let title = if counts.total() == 0 { "not run" } else { "all skipped" };
        return format!("<td class=\"none\" title=\"{title}\">–</td>");
    }
    let percent = passed.saturating_mul(100).checked_div(judged).unwrap_or_default();
    let class = if passed == judged { "all" } else { "some" };
    let text =
        if passed == judged { passed.to_string() } else { format!("{passed}<s>/{judged}</s>") };
    let title = in_words(counts);
    format!(
        "<td class=\"{class}\" style=\"--share:{percent}%\"><a href=\"#{anchor}\" title=\"{title}\">{text}</a></td>"
    )
}

fn in_words(counts: &Counts) -> String {
    let parts = [
        (counts.held, "passed"),
        (counts.failed, "failed"),
        (counts.known, "known to fail"),
        (counts.differs, "that may differ"),
        (counts.skipped, "skipped"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    parts.join(", ")
}

/// The class, mark and word for what came of a case.
fn mark_of(case: &CaseRecord) -> (&'static str, &'static str, &'static str) {
    match (case.standing, case.outcome) {
        (Standing::Held, _) => ("pass", "✓", "passed"),
        (Standing::UnexpectedPass, _) => ("fail", "✓", "passed, although listed as known to fail"),
        (Standing::Skipped, _) => ("skip", "–", "skipped"),
        (Standing::Known, Outcome::Error) => ("known", "!", "no answer to judge, and known"),
        (_, Outcome::Error) => ("error", "!", "no answer to judge"),
        (Standing::Known, _) => ("known", "✗", "failed, and known to"),
        (Standing::Tolerated, _) => ("differs", "≠", "differs, and may"),
        (Standing::Failed, _) => ("fail", "✗", "failed"),
    }
}

/// An id as part of the page's own ids.
fn anchor(id: &str) -> String {
    escape(&id.replace('/', "."))
}

fn linked(text: &str) -> String {
    linked_as(text, text)
}

fn linked_as(url: &str, text: &str) -> String {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(url), escape(text))
    } else {
        escape(text)
    }
}

/// For a text or an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
