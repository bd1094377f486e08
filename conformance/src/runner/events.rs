//! `--json`: a line of JSON for each thing that happens.

use std::io::{self, Write};

use super::record::{CaseRecord, Event, Start, Summary};
use super::session::Report;

/// Writes each event as it happens.
#[derive(Debug)]
pub struct Events<W>(pub W);

impl<W: Write> Events<W> {
    fn write(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, event)?;
        self.0.write_all(b"\n")?;
        self.0.flush()
    }
}

impl<W: Write> Report for Events<W> {
    fn start(&mut self, start: &Start) -> io::Result<()> {
        self.write(&Event::Start(start.clone()))
    }

    fn case(&mut self, record: &CaseRecord) -> io::Result<()> {
        self.write(&Event::Case(Box::new(record.clone())))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.write(&Event::Summary(summary.clone()))
    }
}
