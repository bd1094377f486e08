//! The few colours there are; they vanish where the output is no terminal.

use anstyle::{AnsiColor, Style};

/// It holds.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// It does not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// It may not be meant.
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
/// What the eye should pass over.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What the eye should find.
pub(crate) const TITLE: Style = Style::new().bold();

/// The colour of a status.
pub(crate) const fn of_status(status: u16) -> Style {
    match status {
        200..=299 => AnsiColor::Green.on_default(),
        300..=399 => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Red.on_default(),
    }
}
