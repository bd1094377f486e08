//! Origins, and whom else a pattern lets in.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{At, Check};
use crate::origin::pattern::{OriginPattern, PatternError, PatternErrorKind};
use crate::origin::set::OriginSet;
use crate::policy::issue::{IssueCode, IssueValue};
use crate::policy::value::FieldValue;
use crate::policy::{Origins, suffix};

impl Check<'_> {
    pub(super) fn origins(&mut self) -> Origins {
        const FIELD: &str = "allow_origins";
        let config = self.config;
        let members = self.distinct(FIELD, &config.allow_origins, |text| text);
        if members.is_empty() && !config.dynamic_origins {
            self.say_of_field(
                FIELD,
                IssueCode::OriginsMissing,
                IssueValue::Absent,
                "no origin is listed: list those that may read, or [\"*\"] for anybody",
            );
        }
        let any = self.lists_any(
            &members,
            IssueCode::OriginAnyWithOthers,
            "`*` means any origin: leave the others out, or leave `*` out",
        );
        if any && config.allow_credentials {
            self.say_of_field(
                FIELD,
                IssueCode::OriginAnyWithCredentials,
                IssueValue::Absent,
                "with credentials, `*` would give every site what your users may read; list the \
                 origins, or do without allow_credentials",
            );
        }
        let mut exact = Vec::new();
        let mut patterns = Vec::new();
        for at in members {
            match at.text {
                "*" => {}
                "null" if config.dangerously_allow_null_origin => exact.push(at.text),
                text => match text.parse::<OriginPattern>() {
                    Ok(pattern) => {
                        self.reach(at, &pattern);
                        if pattern.is_exact() {
                            exact.push(text);
                        } else {
                            patterns.push(pattern);
                        }
                    }
                    Err(error) => self.not_an_origin(at, &error),
                },
            }
        }
        if any {
            return Origins::Any;
        }
        if !self.findings.errors.is_empty() {
            // It would not be used.
            return Origins::Listed(OriginSet::default());
        }
        match (&exact[..], &patterns[..]) {
            ([origin], []) => Origins::One(FieldValue::new(origin)),
            _ => Origins::Listed(OriginSet::new(&exact, &patterns.iter().collect::<Vec<_>>())),
        }
    }

    fn not_an_origin(&mut self, at: At<'_>, error: &PatternError) {
        let code = match error.kind() {
            PatternErrorKind::Null => IssueCode::OriginNull,
            PatternErrorKind::File => IssueCode::OriginFile,
            PatternErrorKind::Any | PatternErrorKind::Wildcard => {
                IssueCode::OriginWildcardUnsupported
            }
            PatternErrorKind::NotSerialized(_) => IssueCode::OriginNotSerialized,
            PatternErrorKind::Invalid(_) => IssueCode::OriginInvalid,
        };
        let message = match code {
            IssueCode::OriginNull => format!(
                "{error}, and so can any site that embeds one; to allow it all the same, set \
                 dangerously_allow_null_origin"
            ),
            _ => error.to_string(),
        };
        self.say_instead(at, code, message, error.suggestion().map(Into::into));
    }

    /// Who else gets what the pattern grants.
    fn reach(&mut self, at: At<'_>, pattern: &OriginPattern) {
        let config = self.config;
        let insecure = matches!(pattern.scheme(), "http" | "ws" | "ftp");
        if insecure
            && config.allow_credentials
            && !config.dangerously_allow_insecure_origins
            && !suffix::is_loopback(pattern)
        {
            let secure = match pattern.scheme() {
                "ftp" => None,
                "ws" => Some(at.text.replacen("ws:", "wss:", 1)),
                _ => Some(at.text.replacen("http:", "https:", 1)),
            };
            self.say_instead(
                at,
                IssueCode::OriginInsecureWithCredentials,
                "whoever is on the network between can speak for it, with your users' credentials; \
                 to allow it all the same, set dangerously_allow_insecure_origins",
                secure.filter(|text| text.parse::<OriginPattern>().is_ok()),
            );
        }
        if config.dangerously_allow_public_suffix_wildcards {
            return;
        }
        if suffix::has_open_label(pattern) {
            self.say(
                at,
                IssueCode::OriginPublicSuffixWildcard,
                open("anyone can register a name that matches the wildcard"),
            );
        } else if config.allow_credentials && suffix::has_open_subdomains(pattern) {
            self.say(
                at,
                IssueCode::OriginPublicSuffixWildcard,
                open("anyone can register a name under this public suffix"),
            );
        }
    }
}

fn open(reason: &'static str) -> String {
    let told = if cfg!(feature = "psl") {
        ""
    } else {
        ", for all that this build can tell: the feature `psl` brings the list of public suffixes"
    };
    format!(
        "{reason}{told}; to allow it all the same, set dangerously_allow_public_suffix_wildcards"
    )
}
