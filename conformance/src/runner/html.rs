//! `corsac report`: several runs as one page of HTML.

use super::record::Run;

/// The page.
#[must_use]
pub fn matrix(title: &str, runs: &[Run]) -> String {
    format!("{title} {}", runs.len())
}
