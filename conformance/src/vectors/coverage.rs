//! The steps of the standards that a case can rest on, and how many cases rest on each.
//!
//! Steps are numbered as the pinned commit of the Fetch standard numbers them. Where a step is a
//! switch its rows are named after it, such as `12 no-cors`.

use serde::Serialize;

use super::{Importance, Reference, Suite};

mod table;

pub use table::{ALGORITHMS, OTHERS};

/// The commit of the Fetch standard that the steps are those of.
pub const FETCH_COMMIT: &str = "586cd2a44c2a865b37c166dc0740f3fb8bb220d6";
/// Its date.
pub const FETCH_DATE: &str = "2026-07-02";

/// A part of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// What it is called there.
    pub name: &'static str,
    /// Where it is.
    pub anchor: &'static str,
    /// Its steps as far as they are about CORS. An algorithm without steps is one row.
    pub steps: &'static [Row],
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub step: &'static str,
    /// What it says, in brief.
    pub text: &'static str,
    /// Why no case rests on it, where none does.
    pub excepted: Option<&'static str>,
}

/// Whether a reference is to something in the tables.
///
/// # Errors
/// A sentence that says what would be.
pub fn find(reference: &Reference) -> Result<(), String> {
    let Reference { spec, step } = reference;
    if OTHERS.iter().any(|(anchor, _)| anchor == spec) {
        return match step {
            None => Ok(()),
            Some(_) => Err(format!("the steps of {spec} are not counted; name none")),
        };
    }
    let Some(algorithm) = ALGORITHMS.iter().find(|algorithm| algorithm.anchor == spec) else {
        return Err(format!("{spec} is not in the table of what a case can rest on; add it there"));
    };
    let name = algorithm.name;
    match step {
        None if algorithm.steps.is_empty() => Ok(()),
        None => Err(format!("{name} has steps; name the one that it rests on")),
        Some(step) if algorithm.steps.iter().any(|row| row.step == step) => Ok(()),
        Some(step) => Err(format!("{name} has no step {step} in the table of steps; see coverage")),
    }
}

/// How many cases rest on a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// What the step is part of.
    pub algorithm: &'static str,
    /// Where that is.
    pub spec: &'static str,
    /// Its number; none where the algorithm is counted as a whole.
    pub step: Option<&'static str>,
    /// What it says, in brief.
    pub text: &'static str,
    /// The cases that rest on it.
    pub cases: usize,
    /// Those of them that are required.
    pub required: usize,
    /// Why there is none.
    pub excepted: Option<&'static str>,
}

impl Covered {
    /// Whether nothing rests on it, for no reason.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.cases == 0 && self.excepted.is_none()
    }
}

/// Every step, with the number of cases that rest on it.
#[must_use]
pub fn cover(suite: &Suite) -> Vec<Covered> {
    let count = |anchor: &str, step: Option<&str>| {
        let rests =
            |reference: &Reference| reference.spec == anchor && reference.step.as_deref() == step;
        let resting = || suite.cases().filter(|case| case.case.rests_on.iter().any(rests));
        let is_required = |case: &super::CaseRef<'_>| case.case.importance == Importance::Required;
        (resting().count(), resting().filter(is_required).count())
    };
    let mut covered = Vec::new();
    for Algorithm { name, anchor, steps } in ALGORITHMS {
        if steps.is_empty() {
            let (cases, required) = count(anchor, None);
            covered.push(Covered {
                algorithm: name,
                spec: anchor,
                step: None,
                text: name,
                cases,
                required,
                excepted: None,
            });
        }
        for Row { step, text, excepted } in *steps {
            let (cases, required) = count(anchor, Some(step));
            covered.push(Covered {
                algorithm: name,
                spec: anchor,
                step: Some(step),
                text,
                cases,
                required,
                excepted: *excepted,
            });
        }
    }
    covered
}
