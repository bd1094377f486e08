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
