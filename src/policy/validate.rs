//! From a document to a policy's parts, with everything there is to say on the way.
//!
//! Nothing is mended and nothing is passed over: a document in which anything is wrong gives
//! errors and no policy. The fields are checked in the order of the document.

use alloc::borrow::{Cow, ToOwned};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::config::PolicyConfig;
use super::issue::{Findings, Issue, IssueCode, IssueValue};
use super::value::FieldValue;
use super::{Inner, Lists, Origins};

mod headers;
mod methods;
mod names;
mod origins;

/// The largest max-age, in seconds, that every browser reads as a number.
const LARGEST_MAX_AGE: i64 = 2_147_483_647;

/// Checks the whole document. There are parts only if there is no error.
pub(super) fn validate(config: &PolicyConfig) -> (Option<Inner>, Findings) {
    let mut check = Check { config, findings: Findings::default() };
    let origins = check.origins();
    let methods = check.methods();
    let headers = check.request_headers();
    let expose = check.response_headers();
    let max_age = check.max_age();
    check.preflight_status();
    check.private_network();
    let findings = check.findings;
    let by_origin = !matches!(origins, Origins::Any);
    let inner = findings.errors.is_empty().then(|| Inner {
        origins,
        lists: Arc::new(Lists {
            methods,
            headers,
            expose: (!expose.is_empty()).then(|| FieldValue::new(&expose.join(", "))),
            max_age_value: max_age.map(|seconds| FieldValue::new(&seconds.to_string())),
            credentials: config.allow_credentials,
            by_origin,
            #[cfg(feature = "http")]
            prepared: None,
        }),
        preflight_status: config.preflight_status,
        allow_private_network: config.allow_private_network,
        diagnostics: config.diagnostics,
        dynamic_origins: config.dynamic_origins,
        dangerously_allow_null_origin: config.dangerously_allow_null_origin,
        dangerously_allow_insecure_origins: config.dangerously_allow_insecure_origins,
        dangerously_allow_public_suffix_wildcards: config.dangerously_allow_public_suffix_wildcards,
    });
    (inner, findings)
}

struct Check<'c> {
    config: &'c PolicyConfig,
    findings: Findings,
}

/// A place in the document and what stands there.
#[derive(Clone, Copy)]
struct At<'c> {
    field: &'static str,
    index: usize,
    text: &'c str,
}

impl Check<'_> {
    /// Something about a member of a list.
    fn say(&mut self, at: At<'_>, code: IssueCode, message: impl Into<Cow<'static, str>>) {
        self.say_instead(at, code, message, None);
    }

    fn say_instead(
        &mut self,
        at: At<'_>,
        code: IssueCode,
        message: impl Into<Cow<'static, str>>,
        suggestion: Option<String>,
    ) {
        self.findings.push(Issue {
            code,
            field: at.field,
            index: Some(at.index),
            value: IssueValue::Text(at.text.to_owned()),
            message: message.into(),
            suggestion,
        });
    }

    /// Something about a field as a whole.
    fn say_of_field(
        &mut self,
        field: &'static str,
        code: IssueCode,
        value: IssueValue,
        message: impl Into<Cow<'static, str>>,
    ) {
        let message = message.into();
        self.findings.push(Issue { code, field, index: None, value, message, suggestion: None });
    }

    /// The members of a list that were not listed before. `key` makes equal what means the same.
    fn distinct<'l, K: Ord>(
        &mut self,
        field: &'static str,
        list: &'l [String],
        key: impl Fn(&'l str) -> K,
    ) -> Vec<At<'l>> {
        let mut seen = BTreeSet::new();
        let mut members = Vec::with_capacity(list.len());
        for (index, text) in list.iter().enumerate() {
            let at = At { field, index, text };
            if seen.insert(key(text)) {
                members.push(at);
            } else {
                self.say(at, IssueCode::Duplicate, "it is listed before");
            }
        }
        members
    }

    /// Whether `*` is among the members of a list, beside which nothing else may stand.
    fn lists_any(&mut self, members: &[At<'_>], code: IssueCode, message: &'static str) -> bool {
        let any = members.iter().find(|at| at.text == "*");
        if let (Some(at), [_, _, ..]) = (any, members) {
            self.say_of_field(at.field, code, IssueValue::Absent, message);
        }
        any.is_some()
    }

    fn max_age(&mut self) -> Option<i64> {
        const FIELD: &str = "max_age";
        let seconds = self.config.max_age?;
        let value = IssueValue::Number(seconds);
        if !(0..=LARGEST_MAX_AGE).contains(&seconds) {
            let message = format!(
                "it is a number of seconds from 0 to {LARGEST_MAX_AGE}; 0 keeps nothing, and \
                 without the field browsers keep an answer for 5 seconds"
            );
            self.say_of_field(FIELD, IssueCode::MaxAgeOutOfRange, value, message);
            return None;
        }
        let cap = match seconds {
            86_401.. => {
                "Firefox keeps an answer for 86400 seconds at most, Chromium for 7200, \
                         Safari for 600"
            }
            7_201.. => "Chromium keeps an answer for 7200 seconds at most, Safari for 600",
            601.. => "Safari keeps an answer for 600 seconds at most",
            _ => return Some(seconds),
        };
        self.say_of_field(FIELD, IssueCode::MaxAgeAboveBrowserCap, value, cap);
        Some(seconds)
    }

    fn preflight_status(&mut self) {
        let status = self.config.preflight_status;
        // Fetch, "ok status".
        if !(200..=299).contains(&status) {
            self.say_of_field(
                "preflight_status",
                IssueCode::PreflightStatusNotOk,
                IssueValue::Number(status.into()),
                "browsers take a preflight for refused unless its status is from 200 to 299",
            );
        }
    }

    fn private_network(&mut self) {
        if self.config.allow_private_network {
            self.say_of_field(
                "allow_private_network",
                IssueCode::PrivateNetworkLegacy,
                IssueValue::Absent,
                "browsers have given up Private Network Access; only old ones ask for it",
            );
        }
    }
}
