//! [`Subject`]: whoever is held to the suite, however it is reached.

use corsac::fetch::{Message, Response};

use crate::exchange::ResponseDocument;
use crate::vectors::answer::{EvaluateAnswer, JudgeAnswer, LintAnswer};
use crate::vectors::judging::Layer;
use crate::vectors::{Group, PolicyDocument, RawRequest, Step};

/// Whoever is held to the suite.
pub trait Subject {
    /// What it is held to.
    fn layer(&self) -> Layer;

    /// Makes it serve a group's policy, with a handler that answers so. Called before each case of
    /// a group that has a policy.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn serve(&mut self, group: &Group, handler: Option<&ResponseDocument>) -> Result<(), NoAnswer>;

    /// What it answers to a request, under the policy that it serves.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn evaluate(&mut self, request: &RawRequest) -> Result<EvaluateAnswer, NoAnswer>;

    /// What goes back to the browser for a message of a handshake, under the policy that it serves.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn respond(&mut self, message: &Message, handler: &Response) -> Result<Response, NoAnswer>;

    /// What it makes of responses, as a browser. `cache` names a preflight cache.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn judge(&mut self, step: &Step, cache: Option<&str>) -> Result<JudgeAnswer, NoAnswer>;

    /// What it says of a policy.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn lint(&mut self, policy: &PolicyDocument) -> Result<LintAnswer, NoAnswer>;
}

/// Why there is nothing to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It does not apply, and why.
    Skip(String),
    /// It refuses the policy, and why.
    Refused(String),
    /// Something broke, and how.
    Broken(String),
}
