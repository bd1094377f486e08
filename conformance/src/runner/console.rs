//! The report for a person: what failed and why, and a table at the end. Whatever came from outside
//! is escaped.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::endurance::NOT_ASKED;
use super::record::{CaseRecord, Counts, Outcome, Standing, Start, Summary};
use super::session::Report;
use crate::finding::printable;
use crate::vectors::Reference;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
const FAINT: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold();

/// Lines of an exchange that are shown, and characters of each.
const MOST_LINES: usize = 40;
const LONGEST_LINE: usize = 600;

/// Writes for a person.
#[derive(Debug)]
pub struct Console<W> {
    output: W,
    /// Whether cases that need no attention get a line as well.
    verbose: bool,
}

impl<W: Write> Console<W> {
    /// Writes to `output`; a line for every case if `verbose`, or else only for those that need
    /// attention.
    pub fn new(output: W, verbose: bool) -> Self {
        Self { output, verbose }
    }

    fn headline(&mut self, record: &CaseRecord) -> io::Result<()> {
        let style = style_of(record.standing);
        let word = word_for(record);
        writeln!(
            self.output,
            "{style}{word:<8}{style:#} {TITLE}{}{TITLE:#}  {FAINT}{}{FAINT:#}",
            printable(&record.id),
            printable(&record.description),
        )
    }

    fn label(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.output, "         {FAINT}{label:<10}{FAINT:#} {}", printable(text))
    }

    fn details(&mut self, record: &CaseRecord) -> io::Result<()> {
        if let Some(reason) = &record.reason {
            let label = if record.outcome == Outcome::Error { "broke" } else { "why" };
            self.label(label, reason)?;
        }
        for problem in &record.problems {
            self.label("judged", &problem.what)?;
            self.label("expected", &cut(&problem.expected))?;
            self.label("got", &cut(&problem.got))?;
        }
        if record.standing == Standing::UnexpectedPass {
            self.label("but", "the file of known failures lists it; remove the line")?;
        }
        if let Some(reason) = &record.known {
            self.label("known", reason)?;
        }
        for exchange in &record.exchanges {
            self.lines("> ", &exchange.sent)?;
            self.lines("< ", &exchange.received)?;
        }
        for reference in &record.rests_on {
            self.label("rests on", &place(reference))?;
        }
        if !record.bugs.is_empty() {
            self.label("catches", &record.bugs.join(", "))?;
        }
        if let Some(source) = &record.source {
            self.label("source", source)?;
        }
        if let Some(command) = &record.reproduce {
            self.label("reproduce", command)?;
        }
        writeln!(self.output)
    }

    fn lines(&mut self, mark: &str, lines: &[String]) -> io::Result<()> {
        for line in lines.iter().take(MOST_LINES) {
            writeln!(self.output, "           {FAINT}{mark}{FAINT:#}{}", printable(&cut(line)))?;
        }
        match lines.len().checked_sub(MOST_LINES) {
            Some(more @ 1..) => {
                writeln!(self.output, "           {FAINT}and {more} lines more{FAINT:#}")
            }
            _ => Ok(()),
        }
    }

    fn table(&mut self, summary: &Summary) -> io::Result<()> {
        let longest = summary.topics.keys().map(String::len).max().unwrap_or_default().max(5);
        let mut row = |name: &str, counts: Option<&Counts>, style: Style| {
            write!(self.output, "{style}{:<longest$}{style:#}", printable(name))?;
            for (column, count) in COLUMNS {
                match counts.map(count) {
                    None => write!(self.output, "  {FAINT}{column:>8}{FAINT:#}")?,
                    Some(0) => write!(self.output, "  {FAINT}{:>8}{FAINT:#}", "·")?,
                    Some(number) => {
                        let style = match column {
                            "failed" | "errors" => BAD,
                            "known" | "differs" => DOUBTFUL,
                            _ => Style::new(),
                        };
                        write!(self.output, "  {style}{number:>8}{style:#}")?;
                    }
                }
            }
            writeln!(self.output)
        };
        row("topic", None, FAINT)?;
        for (topic, counts) in &summary.topics {
            row(topic, Some(counts), Style::new())?;
        }
        row("all", Some(&summary.total), TITLE)
    }
}

type Count = fn(&Counts) -> usize;

/// The columns of a table.
const COLUMNS: [(&str, Count); 6] = [
    ("held", |counts| counts.held),
    ("failed", |counts| counts.failed),
    ("errors", |counts| counts.errors),
    ("known", |counts| counts.known),
    ("differs", |counts| counts.differs),
    ("skipped", |counts| counts.skipped),
];

fn style_of(standing: Standing) -> Style {
    match standing {
        Standing::Held => GOOD,
        Standing::Failed | Standing::UnexpectedPass => BAD,
        Standing::Known | Standing::Tolerated => DOUBTFUL,
        Standing::Skipped => FAINT,
    }
}

fn word_for(record: &CaseRecord) -> &'static str {
    match (record.standing, record.outcome) {
        (Standing::Failed, Outcome::Error) => "error",
        (Standing::Failed, _) => "fail",
        (Standing::UnexpectedPass, _) => "passes",
        (Standing::Held, _) => "pass",
        (Standing::Skipped, _) => "skip",
        (standing, _) => standing.as_str(),
    }
}

/// What is shown of a line: hostile ones are long.
pub(super) fn cut(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => Cow::Owned(format!("{}…", line.get(..at).unwrap_or_default())),
        None => Cow::Borrowed(line),
    }
}

/// Where in a standard.
pub(super) fn place(reference: &Reference) -> String {
    match &reference.step {
        Some(step) => format!("{} step {step}", reference.spec),
        None => reference.spec.clone(),
    }
}

/// `1 case`, `2 cases`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The last line: what the numbers come to.
pub(super) fn verdict(summary: &Summary) -> String {
    let total = &summary.total;
    let mut parts = Vec::new();
    if total.failed > 0 {
        parts.push(format!("{} of {} failed", total.failed, count(total.judged(), "case")));
    }
    if !summary.unmatched.is_empty() {
        parts.push(count(summary.unmatched.len(), "line of known failures without a case"));
    }
    parts.extend(summary.broken.iter().cloned());
    if parts.is_empty() {
        let mut text = format!("held in {}", count(total.held, "case"));
        for (number, what) in [
            (total.known, "known to fail"),
            (total.differs, "that may differ"),
            (total.skipped, "skipped"),
        ] {
            if number > 0 {
                text = format!("{text}, {number} {what}");
            }
        }
        return text;
    }
    format!("not held: {}", parts.join("; "))
}

impl<W: Write> Report for Console<W> {
    fn start(&mut self, start: &Start) -> io::Result<()> {
        let implementation = printable(&start.implementation.to_string());
        let language = start.implementation.language.as_deref().unwrap_or_default();
        let profile = start.profile.as_deref().map(|profile| format!("profile {profile}"));
        let more: Vec<String> = std::iter::once(language.to_owned())
            .chain(profile)
            .filter(|text| !text.is_empty())
            .map(|text| printable(&text))
            .collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        let (target, cases) = (printable(&start.target), count(start.cases, "case"));
        writeln!(self.output, "{TITLE}{implementation}{TITLE:#}{more}")?;
        writeln!(self.output, "{FAINT}{cases} over {}: {target}{FAINT:#}\n", start.mode)
    }

    fn case(&mut self, record: &CaseRecord) -> io::Result<()> {
        // The end says once why nothing more was asked.
        let is_asked = !record.reason.as_ref().is_some_and(|why| why.starts_with(NOT_ASKED));
        let needs_attention = record.standing.fails() && is_asked;
        if !needs_attention && !self.verbose {
            return Ok(());
        }
        self.headline(record)?;
        match record.standing {
            Standing::Held => Ok(()),
            Standing::Skipped => self.label("why", record.reason.as_deref().unwrap_or_default()),
            _ => self.details(record),
        }
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if self.verbose {
            writeln!(self.output)?;
        }
        self.table(summary)?;
        writeln!(self.output)?;
        for line in &summary.unmatched {
            let line = printable(line);
            writeln!(
                self.output,
                "{BAD}known failures{BAD:#} {line}: there is no such case; remove the line"
            )?;
        }
        let style = if summary.held { GOOD } else { BAD };
        writeln!(self.output, "{style}{}{style:#}", printable(&verdict(summary)))?;
        self.output.flush()
    }
}
