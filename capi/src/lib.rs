//! corsac for C, and for every language that can call C: nginx modules, `HAProxy`, Python, Go.
//!
//! The header is `include/corsac.h`, made from this source. A policy handle is made once from a
//! JSON or TOML document; for each request `corsac_evaluate` writes what it decided into a decision
//! handle, which is used again for the next.
//!
//! Three rules hold for every function. Nothing panics across the boundary: what would is caught
//! and comes back as an error. Whatever a function cannot use, such as `NULL`, is an error too, or
//! answers for nothing; it never grants. And each pointer's owner is written at the function that
//! gives it.

mod boundary;
mod constant;
mod decision;
mod document;
mod evaluate;
mod finding;
mod findings;
mod policy;
mod status;
mod vary;

pub use constant::{
    CORSAC_ABI_VERSION, corsac_abi_version, corsac_is_owned_field, corsac_owned_field,
    corsac_version,
};
pub use decision::{
    DecisionHandle, Kind, corsac_decision_allowed, corsac_decision_field, corsac_decision_free,
    corsac_decision_kind, corsac_decision_message, corsac_decision_new, corsac_decision_offending,
    corsac_decision_rejection, corsac_decision_status,
};
pub use evaluate::{Field, corsac_evaluate, corsac_evaluate_with};
pub use findings::{
    FindingsHandle, corsac_findings_errors, corsac_findings_free, corsac_findings_json,
    corsac_findings_text, corsac_findings_warnings,
};
pub use policy::{
    PolicyHandle, corsac_policy_check_origin, corsac_policy_clone, corsac_policy_free,
    corsac_policy_from_json, corsac_policy_from_toml,
};
pub use status::{Status, corsac_status_message};
pub use vary::corsac_missing_from_vary;
