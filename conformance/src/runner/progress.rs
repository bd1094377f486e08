//! [`WithProgress`]: a bar on standard error while a run goes on.

use std::io;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::record::{CaseRecord, Start, Summary};
use super::session::Report;

/// Another report, and a bar.
#[derive(Debug)]
pub struct WithProgress<R> {
    report: R,
    bar: ProgressBar,
    failed: usize,
}

impl<R: Report> WithProgress<R> {
    /// `is_shown`: whether there is a terminal to show the bar on.
    pub fn new(report: R, is_shown: bool) -> Self {
        let target =
            if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { report, bar: ProgressBar::with_draw_target(None, target), failed: 0 }
    }
}

impl<R: Report> Report for WithProgress<R> {
    fn start(&mut self, start: &Start) -> io::Result<()> {
        self.report.start(start)?;
        self.bar.set_length(u64::try_from(start.cases).unwrap_or(u64::MAX));
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos} of {len}  {msg}") {
            self.bar.set_style(style);
        }
        Ok(())
    }

    fn case(&mut self, record: &CaseRecord) -> io::Result<()> {
        let report = &mut self.report;
        self.bar.suspend(|| report.case(record))?;
        if record.standing.fails() {
            self.failed = self.failed.saturating_add(1);
        }
        self.bar.set_message(match self.failed {
            0 => record.topic.clone(),
            failed => format!("{failed} failed  {}", record.topic),
        });
        self.bar.inc(1);
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.bar.finish_and_clear();
        self.report.end(summary)
    }
}
