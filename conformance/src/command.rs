//! The subcommands, one a file.

use std::path::Path;

use anyhow::{Result, bail};
use corsac::Policy;
use corsac_conformance::document::Document;

pub(crate) mod evaluate;
pub(crate) mod lint;
pub(crate) mod oracle;
pub(crate) mod schema;
pub(crate) mod style;

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
