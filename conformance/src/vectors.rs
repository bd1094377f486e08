//! The conformance suite as data: what a vector file holds, in version 1 of the format.
//!
//! A [`File`] is one topic. Its [`Group`]s share a policy, and a [`Case`] is one question with what
//! is expected of the answer. `vectors/INTERPRETING.md` is the contract for those who read the
//! files with something else; this module is how corsac reads them itself.
//!
//! - [`Suite`]: all files, the embedded ones or those of a directory.
//! - [`judging`]: whether an answer passes a case, without any input or output.
//! - [`own`]: the cases held against this project's own three parts.
//! - [`checking`]: what must be true of the files themselves.
//! - [`coverage`]: the steps of the standard, and the cases that rest on each.
//! - [`generate`]: the generators of cases.
//! - [`canonical`]: the one way to write them.
//!
//! ```
//! use corsac_conformance::vectors::judging::Outcome;
//! use corsac_conformance::vectors::own::{Server, hold};
//! use corsac_conformance::vectors::Suite;
//!
//! let suite = Suite::embedded().expect("a test says so");
//! let case = suite.cases().find(|case| case.id() == "exact-two/first").expect("ids stay");
//! assert_eq!(hold(Server::Engine, case), Outcome::Pass);
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod answer;
pub mod canonical;
mod case;
pub mod checking;
pub mod coverage;
pub mod export;
mod form;
pub mod generate;
pub mod judging;
pub mod own;
mod policy;
mod suite;

pub use case::{Bug, Case, Flag, Importance, Reference};
pub use form::{
    Exact, FailureExpectation, Form, JudgeExpectation, LintExpectation, PageExpectation,
    PathAndCode, RawExpectation, RawRequest, Sent, Step, Verdict,
};
pub use policy::PolicyDocument;
pub use suite::{CaseRef, LoadError, Suite};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// One topic.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The name of the file, without its extension.
    #[schemars(pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub topic: String,
    /// What is held to account.
    pub side: Side,
    /// What the cases are about, in a sentence or two.
    pub description: String,
    /// The cases, in groups.
    pub groups: Vec<Group>,
}

/// What is held to account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// A server: what it answers under a policy.
    Server,
    /// A browser, or another client that claims to do as one does.
    Browser,
    /// What is accepted as a policy.
    Policy,
}

impl Side {
    /// The name in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Browser => "browser",
            Self::Policy => "policy",
        }
    }
}

/// Cases that belong together; those of a server share a policy.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Unique in the whole suite, and never changed.
    #[schemars(pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$"))]
    pub id: String,
    /// What the cases have in common.
    pub description: String,
    /// The policy that the server is given: one that corsac accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyDocument>,
    /// How the cases came about, where a program wrote them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A program that wrote cases, and what it was given; the same seed gives the same cases.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// Its name.
    pub generator: String,
    /// Its seed.
    pub seed: u64,
}
