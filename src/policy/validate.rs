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
use super::forbidden::{self, Unfit};
use super::issue::{Findings, Issue, IssueCode, IssueValue};
use super::list::List;
use super::methods::{LONGEST_METHOD, Methods};
use super::names::{LONGEST_NAME, Names};
use super::value::FieldValue;
use super::{Inner, Lists, Origins, suffix};
use crate::origin::pattern::{OriginPattern, PatternError, PatternErrorKind};
use crate::origin::set::OriginSet;
use crate::syntax::is_token;

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

    fn origins(&mut self) -> Origins {
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
        let any = members.iter().any(|at| at.text == "*");
        if any && members.len() > 1 {
            self.say_of_field(
                FIELD,
                IssueCode::OriginAnyWithOthers,
                IssueValue::Absent,
                "`*` means any origin: leave the others out, or leave `*` out",
            );
        }
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

    fn methods(&mut self) -> Methods {
        const FIELD: &str = "allow_methods";
        let config = self.config;
        let members = self.distinct(FIELD, &config.allow_methods, |text| text);
        let any = members.iter().any(|at| at.text == "*");
        if any && members.len() > 1 {
            self.say_of_field(
                FIELD,
                IssueCode::MethodsAnyWithOthers,
                IssueValue::Absent,
                "`*` means any method: leave the others out, or leave `*` out",
            );
        }
        let mut names = Vec::new();
        for at in members {
            if at.text == "*" {
                continue;
            }
            if let Some(problem) = name_problem(at.text, LONGEST_METHOD) {
                let suggestion = repaired(at.text, LONGEST_METHOD);
                let message = format!("this is no method: {problem}");
                self.say_instead(at, IssueCode::MethodInvalid, message, suggestion);
            } else if forbidden::is_forbidden_method(at.text) {
                self.say(at, IssueCode::MethodForbidden, "browsers let no script use this method");
            } else {
                self.doubt_method(at);
                names.push(at.text.to_owned());
            }
        }
        if any {
            Methods::Any { credentials: config.allow_credentials }
        } else {
            Methods::Listed(List::new(&names))
        }
    }

    fn doubt_method(&mut self, at: At<'_>) {
        /// Those that are in use, of the registry of RFC 9110 and after.
        const KNOWN: [&str; 18] = [
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
            "QUERY",
            "PROPFIND",
            "PROPPATCH",
            "MKCOL",
            "COPY",
            "MOVE",
            "LOCK",
            "UNLOCK",
            "REPORT",
            "SEARCH",
            "PURGE",
        ];
        let upper = at.text.to_ascii_uppercase();
        if matches!(at.text, "GET" | "HEAD" | "POST") {
            self.say(at, IssueCode::MethodSafelisted, "CORS always allows this method");
        } else if at.text == "OPTIONS" {
            self.say(
                at,
                IssueCode::OptionsMethod,
                "this lets script use OPTIONS itself; preflights need no such permission",
            );
        } else if upper != at.text && KNOWN.contains(&upper.as_str()) {
            let message =
                format!("methods are compared with regard to case: {upper} is another method");
            self.say_instead(at, IssueCode::MethodCase, message, Some(upper));
        }
    }

    fn request_headers(&mut self) -> Names {
        const FIELD: &str = "allow_headers";
        let config = self.config;
        let members = self.distinct(FIELD, &config.allow_headers, str::to_ascii_lowercase);
        let any = members.iter().any(|at| at.text == "*");
        let is_authorization = |at: &At<'_>| at.text.eq_ignore_ascii_case("authorization");
        let authorization = members.iter().any(is_authorization);
        if any && members.iter().any(|at| at.text != "*" && !is_authorization(at)) {
            self.say_of_field(
                FIELD,
                IssueCode::RequestHeadersAnyWithOthers,
                IssueValue::Absent,
                "`*` means any header but authorization, which alone may stand beside it",
            );
        }
        if any && config.allow_credentials {
            self.say_of_field(
                FIELD,
                IssueCode::WildcardHeadersWithCredentials,
                IssueValue::Absent,
                "with credentials `*` is no wildcard to browsers: each preflight is answered with \
                 the headers it asks for; list those that are needed",
            );
        }
        let mut names = Vec::new();
        for at in members {
            if at.text == "*" {
                continue;
            }
            let name = at.text.to_ascii_lowercase();
            if let Some(problem) = name_problem(at.text, LONGEST_NAME) {
                let suggestion = repaired(at.text, LONGEST_NAME);
                let message = format!("this is no header name: {problem}");
                self.say_instead(at, IssueCode::RequestHeaderInvalid, message, suggestion);
                continue;
            }
            match forbidden::unfit_request_header(&name) {
                Some(Unfit::Forbidden) => self.say(
                    at,
                    IssueCode::RequestHeaderForbidden,
                    "browsers let no script set this header; they set it themselves, and CORS has \
                     no say in it",
                ),
                Some(Unfit::Prohibited) => self.say(
                    at,
                    IssueCode::RequestHeaderProhibited,
                    "this is a header of responses; it needs no permission",
                ),
                None => {
                    if forbidden::is_safelisted_request_header(&name) {
                        self.say(
                            at,
                            IssueCode::RequestHeaderSafelisted,
                            "script may set it without being allowed to, but for odd values",
                        );
                    }
                    names.push(name);
                }
            }
        }
        if any {
            Names::Any { authorization, credentials: config.allow_credentials }
        } else {
            Names::listed(List::sorted(&names))
        }
    }

    fn response_headers(&mut self) -> Vec<String> {
        const FIELD: &str = "expose_headers";
        let config = self.config;
        let members = self.distinct(FIELD, &config.expose_headers, str::to_ascii_lowercase);
        let any = members.iter().any(|at| at.text == "*");
        if any && members.len() > 1 {
            self.say_of_field(
                FIELD,
                IssueCode::ExposeAnyWithOthers,
                IssueValue::Absent,
                "`*` means any header: leave the others out, or leave `*` out",
            );
        }
        if any && config.allow_credentials {
            self.say_of_field(
                FIELD,
                IssueCode::ExposeAnyWithCredentials,
                IssueValue::Absent,
                "with credentials browsers take `*` for the name of a header; list the names",
            );
        }
        let mut names = Vec::new();
        for at in members {
            let name = at.text.to_ascii_lowercase();
            if at.text != "*"
                && let Some(problem) = name_problem(at.text, LONGEST_NAME)
            {
                let suggestion = repaired(at.text, LONGEST_NAME);
                let message = format!("this is no header name: {problem}");
                self.say_instead(at, IssueCode::ResponseHeaderInvalid, message, suggestion);
                continue;
            }
            match forbidden::unfit_response_header(&name) {
                Some(Unfit::Forbidden) => self.say(
                    at,
                    IssueCode::ResponseHeaderForbidden,
                    "browsers let no script read this header",
                ),
                Some(Unfit::Prohibited) => self.say(
                    at,
                    IssueCode::ResponseHeaderProhibited,
                    "this header belongs to CORS itself; no script needs to read it",
                ),
                None => {
                    if forbidden::is_safelisted_response_header(&name) {
                        self.say(
                            at,
                            IssueCode::ResponseHeaderSafelisted,
                            "script may read it without being allowed to",
                        );
                    }
                    names.push(name);
                }
            }
        }
        names
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

/// What keeps `text` from being a name in a list.
fn name_problem(text: &str, longest: usize) -> Option<Cow<'static, str>> {
    if text.is_empty() {
        Some("it is empty".into())
    } else if text.len() > longest {
        Some(format!("it is longer than {longest} bytes").into())
    } else if text.contains('*') {
        // A token, but nobody means it: it would allow the one name that is spelled so.
        Some("a `*` in it is no wildcard; `*` stands alone".into())
    } else if !is_token(text.as_bytes()) {
        Some("it is a token, of letters, digits and !#$%&'+-.^_`|~".into())
    } else {
        None
    }
}

/// The name without what a hand leaves around it.
fn repaired(text: &str, longest: usize) -> Option<String> {
    let name = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"'));
    let fits = name_problem(name, longest).is_none()
        && !forbidden::is_forbidden_method(name)
        && forbidden::unfit_request_header(&name.to_ascii_lowercase()).is_none()
        && forbidden::unfit_response_header(&name.to_ascii_lowercase()).is_none();
    fits.then(|| name.to_owned())
}
