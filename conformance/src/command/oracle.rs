//! `corsac oracle`.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use corsac_conformance::oracle::Oracle;

use crate::Outcome;

pub(crate) fn run() -> Outcome {
    let output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    Oracle::new().run(io::stdin().lock(), output)?;
    Ok(ExitCode::SUCCESS)
}
