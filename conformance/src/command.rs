//! The subcommands, one a file.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use corsac::Policy;
use corsac_conformance::document::Document;

pub(crate) mod evaluate;
pub(crate) mod judge;
pub(crate) mod lint;
pub(crate) mod oracle;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod simulate;
pub(crate) mod story;
pub(crate) mod style;
pub(crate) mod test;
pub(crate) mod vectors;

/// The policy of a file; whatever is wrong with it is an error of as many lines.
fn load_policy(path: &Path) -> Result<Policy> {
    let checked = Document::read(path)?.check();
    let Some(policy) = checked.policy else {
        let errors: Vec<String> =
            checked.errors.iter().map(|finding| format!("\n  {finding}")).collect();
        bail!("the policy {path:?} cannot be used:{}", errors.concat());
    };
    Ok(policy)
}

/// 0 for yes, 1 for no.
fn exit_code(answer: bool) -> ExitCode {
    if answer { ExitCode::SUCCESS } else { ExitCode::from(crate::NO) }
}
