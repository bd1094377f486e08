//! `corsac schema`.

use std::io::Write as _;
use std::process::ExitCode;

use corsac::PolicyConfig;

use crate::Outcome;

pub(crate) fn run() -> Outcome {
    let mut output = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut output, &schemars::schema_for!(PolicyConfig))
        .map_err(std::io::Error::from)?;
    writeln!(output)?;
    Ok(ExitCode::SUCCESS)
}
