//! [`Failure`]: why script does not get a response: what the browser knows and does not tell.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Browser;

/// Why script gets an error. `Display` is a sentence for a person, and [`fix`](Self::fix) what
/// would have to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) code: FailureCode,
    pub(super) during: Phase,
    pub(super) value: Option<Vec<u8>>,
    pub(super) circumstances: Circumstances,
    /// In the order of [`Browser::ENGINES`].
    pub(super) console: [Option<String>; 3],
}

/// Which message it was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// None: the request is one that the browser does not send.
    Plan,
    /// The preflight's answer.
    Preflight,
    /// The answer to the request itself, or to one that a redirect led to.
    Actual,
}

impl Phase {
    /// A stable name for programs: `plan`, `preflight` or `actual`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Preflight => "preflight",
            Self::Actual => "actual",
        }
    }
}

/// What else the sentences tell.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Circumstances {
    pub(super) url: String,
    /// The origin that the browser names: `null` where a redirect has tainted it.
    pub(super) origin: String,
    pub(super) is_redirect_tainted: bool,
    pub(super) includes: bool,
    pub(super) method: String,
    /// Of the response that failed, if one did.
    pub(super) status: Option<u16>,
}

/// The kinds of [`Failure`]. The codes are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FailureCode {
    /// A method that script cannot use, or none at all.
    MethodForbidden,
    /// A URL with a user name or a password in it.
    UrlCredentials,
    /// A body where there can be none: on GET or HEAD, or a stream in mode `no-cors`.
    BodyNotAllowed,
    /// Another origin, in mode `same-origin`.
    ModeSameOrigin,
    /// A method other than GET, HEAD and POST in mode `no-cors`.
    NoCorsMethod,
    /// A redirect mode other than `follow` in mode `no-cors`.
    NoCorsRedirectMode,
    /// Another origin with a scheme other than `http` and `https`.
    SchemeNotHttp,
    /// No `Access-Control-Allow-Origin`.
    AllowOriginMissing,
    /// An `Access-Control-Allow-Origin` that names another origin.
    AllowOriginMismatch,
    /// An `Access-Control-Allow-Origin` of several values.
    AllowOriginMultiple,
    /// An `Access-Control-Allow-Origin` that is neither `*`, `null` nor a serialized origin.
    AllowOriginInvalid,
    /// `Access-Control-Allow-Origin: *` for a request with credentials.
    AllowOriginWildcardWithCredentials,
    /// An `Access-Control-Allow-Credentials` other than `true` for a request with credentials.
    AllowCredentialsNotTrue,
    /// A preflight's answer whose status is not from 200 to 299.
    PreflightStatusNotOk,
    /// A preflight answered with a redirect.
    PreflightRedirect,
    /// An `Access-Control-Allow-Methods` that is no list of methods.
    AllowMethodsInvalid,
    /// An `Access-Control-Allow-Headers` that is no list of header names.
    AllowHeadersInvalid,
    /// A method that the preflight's answer does not list.
    MethodNotAllowed,
    /// A request header that the preflight's answer does not list.
    HeaderNotAllowed,
    /// A redirect, in redirect mode `error`.
    RedirectModeError,
    /// A redirect to a scheme other than `http` and `https`.
    RedirectScheme,
    /// A `Location` that is no URL.
    RedirectLocationInvalid,
    /// More than 20 redirects.
    RedirectCount,
    /// A redirect to a URL with a user name or a password in it.
    RedirectCredentials,
    /// A redirect of a request whose body is a stream.
    RedirectStreamBody,
}

impl FailureCode {
    /// Every code there is.
    pub const ALL: &'static [Self] = &[
        Self::MethodForbidden,
        Self::UrlCredentials,
        Self::BodyNotAllowed,
        Self::ModeSameOrigin,
        Self::NoCorsMethod,
        Self::NoCorsRedirectMode,
        Self::SchemeNotHttp,
        Self::AllowOriginMissing,
        Self::AllowOriginMismatch,
        Self::AllowOriginMultiple,
        Self::AllowOriginInvalid,
        Self::AllowOriginWildcardWithCredentials,
        Self::AllowCredentialsNotTrue,
        Self::PreflightStatusNotOk,
        Self::PreflightRedirect,
        Self::AllowMethodsInvalid,
        Self::AllowHeadersInvalid,
        Self::MethodNotAllowed,
        Self::HeaderNotAllowed,
        Self::RedirectModeError,
        Self::RedirectScheme,
        Self::RedirectLocationInvalid,
        Self::RedirectCount,
        Self::RedirectCredentials,
        Self::RedirectStreamBody,
    ];

    /// The code, the anchor in the standard, and the step there.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        const REQUEST: &str = "https://fetch.spec.whatwg.org/#dom-request";
        const MAIN: &str = "https://fetch.spec.whatwg.org/#concept-main-fetch";
        const HTTP: &str = "https://fetch.spec.whatwg.org/#concept-http-fetch";
        const CHECK: &str = "https://fetch.spec.whatwg.org/#concept-cors-check";
        const PREFLIGHT: &str = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0";
        const REDIRECT: &str = "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch";
        match self {
            Self::MethodForbidden => {
                ("method-forbidden", REQUEST, "if the method is forbidden, then throw")
            }
            Self::UrlCredentials => {
                ("url-credentials", REQUEST, "if parsedURL includes credentials, then throw")
            }
            Self::BodyNotAllowed => ("body-not-allowed", REQUEST, "the body's own conditions"),
            Self::ModeSameOrigin => ("mode-same-origin", MAIN, "12"),
            Self::NoCorsMethod => (
                "no-cors-method",
                REQUEST,
                "if the mode is no-cors, and the method is not safelisted",
            ),
            Self::NoCorsRedirectMode => ("no-cors-redirect-mode", MAIN, "12"),
            Self::SchemeNotHttp => ("scheme-not-http", MAIN, "12"),
            Self::AllowOriginMissing => ("allow-origin-missing", CHECK, "2"),
            Self::AllowOriginMismatch => ("allow-origin-mismatch", CHECK, "4"),
            Self::AllowOriginMultiple => ("allow-origin-multiple", CHECK, "4"),
            Self::AllowOriginInvalid => ("allow-origin-invalid", CHECK, "4"),
            Self::AllowOriginWildcardWithCredentials => {
                ("allow-origin-wildcard-with-credentials", CHECK, "4")
            }
            Self::AllowCredentialsNotTrue => ("allow-credentials-not-true", CHECK, "8"),
            Self::PreflightStatusNotOk => ("preflight-status-not-ok", PREFLIGHT, "8"),
            Self::PreflightRedirect => ("preflight-redirect", PREFLIGHT, "8"),
            Self::AllowMethodsInvalid => ("allow-methods-invalid", PREFLIGHT, "7.3"),
            Self::AllowHeadersInvalid => ("allow-headers-invalid", PREFLIGHT, "7.3"),
            Self::MethodNotAllowed => ("method-not-allowed", PREFLIGHT, "7.5"),
            Self::HeaderNotAllowed => ("header-not-allowed", PREFLIGHT, "7.6 and 7.7"),
            Self::RedirectModeError => ("redirect-mode-error", HTTP, "6.3"),
            Self::RedirectScheme => ("redirect-scheme", REDIRECT, "6"),
            Self::RedirectLocationInvalid => ("redirect-location-invalid", REDIRECT, "5"),
            Self::RedirectCount => ("redirect-count", REDIRECT, "7"),
            Self::RedirectCredentials => ("redirect-credentials", REDIRECT, "9 and 10"),
            Self::RedirectStreamBody => ("redirect-stream-body", REDIRECT, "11"),
        }
    }

    /// A stable name for programs, such as `allow-origin-missing`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Where the standard says so.
    #[must_use]
    pub const fn spec(self) -> &'static str {
        self.row().1
    }

    /// The step there, as the standard of July 2026 counts them.
    #[must_use]
    pub const fn step(self) -> &'static str {
        self.row().2
    }
}

impl Failure {
    /// What failed.
    #[must_use]
    pub fn code(&self) -> FailureCode {
        self.code
    }

    /// Which message it was about.
    #[must_use]
    pub fn during(&self) -> Phase {
        self.during
    }

    /// The value at fault, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        self.value.as_deref()
    }

    /// The line that an engine's console shows, or that it would show, had it been asked.
    ///
    /// `None` where it shows none, or where that engine would have let the response through; and
    /// for [`Browser::Fetch`], which has no console.
    #[must_use]
    pub fn console(&self, browser: Browser) -> Option<&str> {
        let lines = Browser::ENGINES.iter().zip(&self.console);
        lines.filter(|(engine, _)| **engine == browser).find_map(|(_, line)| line.as_deref())
    }

    fn shown_value(&self) -> String {
        const MOST: usize = 200;
        let value = self.value.as_deref().unwrap_or_default();
        match value.get(..MOST) {
            Some(start) if value.len() > MOST => format!("{}…", start.escape_ascii()),
            _ => format!("{}", value.escape_ascii()),
        }
    }

    /// The response it is about.
    fn answer(&self) -> String {
        let status = self.circumstances.status.unwrap_or_default();
        match self.during {
            Phase::Preflight => format!("the answer to the preflight ({status})"),
            _ if super::redirect::is_redirect_status(status) => {
                format!("the redirect ({status}) from {}", self.circumstances.url)
            }
            _ => format!("the response ({status}) from {}", self.circumstances.url),
        }
    }

    /// What would have to change for it to pass.
    #[must_use]
    pub fn fix(&self) -> String {
        let Circumstances { origin, includes, method, is_redirect_tainted, .. } =
            &self.circumstances;
        let value = self.shown_value();
        let with_credentials =
            if *includes { " and Access-Control-Allow-Credentials: true" } else { "" };
        match self.code {
            FailureCode::MethodForbidden => {
                "Use another method; no server can allow this one.".into()
            }
            FailureCode::UrlCredentials => {
                "Take the user name and password out of the URL; send an Authorization header.".into()
            }
            FailureCode::BodyNotAllowed => {
                "Send no body with GET or HEAD, and no stream in mode no-cors.".into()
            }
            FailureCode::ModeSameOrigin => {
                "Set the mode to cors, and let the server allow the page's origin.".into()
            }
            FailureCode::NoCorsMethod | FailureCode::NoCorsRedirectMode => {
                "Set the mode to cors: no-cors is for requests that an image or a form could make, \
                 and its response cannot be read."
                    .into()
            }
            FailureCode::SchemeNotHttp => {
                "Serve the resource over https; CORS is a protocol of HTTP.".into()
            }
            FailureCode::AllowOriginMissing => self.fix_missing(with_credentials),
            _ if *is_redirect_tainted && self.code == FailureCode::AllowOriginMismatch => format!(
                "After a redirect from another origin to a third one the browser names the origin \
                 null. Ask for the last URL directly, or redirect within one origin. (To answer \
                 Access-Control-Allow-Origin: null{with_credentials} lets every sandboxed page in.)"
            ),
            FailureCode::AllowOriginMismatch
            | FailureCode::AllowOriginMultiple
            | FailureCode::AllowOriginInvalid => format!(
                "Answer Access-Control-Allow-Origin: {origin}, once and exactly{with_credentials}, if \
                 this page may read; and Vary: Origin. A server for several origins sends the one \
                 that asked, not a list."
            ),
            FailureCode::AllowOriginWildcardWithCredentials => format!(
                "Answer Access-Control-Allow-Origin: {origin}{with_credentials}, and Vary: Origin; or \
                 ask without credentials, for which * is enough."
            ),
            FailureCode::AllowCredentialsNotTrue => {
                "Answer Access-Control-Allow-Credentials: true, in lower case; or ask without \
                 credentials."
                    .into()
            }
            FailureCode::PreflightStatusNotOk => {
                "Answer the preflight with 204 or another status from 200 to 299, before routing, \
                 authentication and anything else that refuses OPTIONS: it carries no cookies and \
                 no Authorization."
                    .into()
            }
            FailureCode::PreflightRedirect => {
                "Ask for the URL that the redirect leads to (https, a trailing slash, www), or answer \
                 OPTIONS before redirecting: a preflight is not redirected."
                    .into()
            }
            FailureCode::AllowMethodsInvalid | FailureCode::AllowHeadersInvalid => {
                format!("Send names divided by commas; \"{value}\" is none.")
            }
            FailureCode::MethodNotAllowed if *includes => format!(
                "Answer the preflight with Access-Control-Allow-Methods: {method}; with credentials \
                 a * is no wildcard. Its case counts."
            ),
            FailureCode::MethodNotAllowed => format!(
                "Answer the preflight with Access-Control-Allow-Methods: {method}. Its case counts."
            ),
            FailureCode::HeaderNotAllowed if *includes => format!(
                "Answer the preflight with Access-Control-Allow-Headers: {value}; with credentials a \
                 * is no wildcard."
            ),
            FailureCode::HeaderNotAllowed => format!(
                "Answer the preflight with Access-Control-Allow-Headers: {value}, beside the other \
                 names{}.",
                if value == "authorization" { "; a * does not cover it" } else { "" },
            ),
            FailureCode::RedirectModeError => {
                "Ask for the URL that the redirect leads to, or set redirect to follow.".into()
            }
            FailureCode::RedirectScheme => "Redirect to an https URL.".into(),
            FailureCode::RedirectLocationInvalid => "Send one Location that is a URL.".into(),
            FailureCode::RedirectCount => {
                "The redirects go in a circle, or nearly; let the server end them.".into()
            }
            FailureCode::RedirectCredentials => {
                "Redirect to a URL without a user name and password.".into()
            }
            FailureCode::RedirectStreamBody => {
                "Ask for the URL that the redirect leads to, or send a body of bytes: a stream \
                 cannot be sent twice."
                    .into()
            }
        }
    }

    fn fix_missing(&self, with_credentials: &str) -> String {
        let Circumstances { origin, status, .. } = &self.circumstances;
        let status = status.unwrap_or_default();
        let where_else = match self.during {
            Phase::Preflight if !(200..300).contains(&status) => {
                " The server refuses OPTIONS here: answer preflights, with 204, before routing and \
                 authentication."
            }
            _ if super::redirect::is_redirect_status(status) => {
                " The header is wanted on every hop of a redirect, not on the last alone."
            }
            _ if status >= 400 => {
                " It is wanted on errors as well; often a proxy or an error page drops it."
            }
            _ => "",
        };
        format!(
            "Answer Access-Control-Allow-Origin: {origin}{with_credentials}, if this page may read; \
             and Vary: Origin.{where_else}"
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Circumstances { url, origin, method, .. } = &self.circumstances;
        let value = self.shown_value();
        let answer = self.answer();
        match self.code {
            FailureCode::MethodForbidden => {
                write!(f, "script may not use the method \"{value}\"")
            }
            FailureCode::UrlCredentials => f.write_str("the URL holds a user name or a password"),
            FailureCode::BodyNotAllowed => {
                write!(f, "a {method} request of this mode cannot have such a body")
            }
            FailureCode::ModeSameOrigin => {
                write!(f, "the mode is same-origin, and {url} is of another origin than {origin}")
            }
            FailureCode::NoCorsMethod => {
                write!(f, "in mode no-cors the method is GET, HEAD or POST, and not {method}")
            }
            FailureCode::NoCorsRedirectMode => {
                f.write_str("in mode no-cors the redirect mode is follow")
            }
            FailureCode::SchemeNotHttp => {
                write!(f, "{url} is of another origin, and CORS is for http and https alone")
            }
            FailureCode::AllowOriginMissing => {
                write!(f, "{answer} has no Access-Control-Allow-Origin")
            }
            FailureCode::AllowOriginMismatch => write!(
                f,
                "{answer} allows the origin \"{value}\", and the browser names the origin {origin}"
            ),
            FailureCode::AllowOriginMultiple => {
                write!(f, "{answer} allows several origins, \"{value}\", where one can be named")
            }
            FailureCode::AllowOriginInvalid => write!(
                f,
                "{answer} has an Access-Control-Allow-Origin that is no origin: \"{value}\""
            ),
            FailureCode::AllowOriginWildcardWithCredentials => {
                write!(f, "{answer} allows *, which is not enough for a request with credentials")
            }
            FailureCode::AllowCredentialsNotTrue if self.value.is_none() => {
                write!(f, "{answer} has no Access-Control-Allow-Credentials: true")
            }
            FailureCode::AllowCredentialsNotTrue => write!(
                f,
                "{answer} has an Access-Control-Allow-Credentials that is not true: \"{value}\""
            ),
            FailureCode::PreflightStatusNotOk => {
                write!(f, "{answer} is not of an ok status, 200 to 299")
            }
            FailureCode::PreflightRedirect => write!(f, "{answer} is a redirect"),
            FailureCode::AllowMethodsInvalid => {
                write!(f, "{answer} has an Access-Control-Allow-Methods that is no list")
            }
            FailureCode::AllowHeadersInvalid => {
                write!(f, "{answer} has an Access-Control-Allow-Headers that is no list")
            }
            FailureCode::MethodNotAllowed => {
                write!(f, "{answer} does not allow the method {method}")
            }
            FailureCode::HeaderNotAllowed => {
                write!(f, "{answer} does not allow the request header {value}")
            }
            FailureCode::RedirectModeError => {
                write!(f, "{answer} is a redirect, and the redirect mode is error")
            }
            FailureCode::RedirectScheme => {
                write!(f, "{answer} leads to \"{value}\", which is neither http nor https")
            }
            FailureCode::RedirectLocationInvalid => {
                write!(f, "{answer} has a Location that is no URL: \"{value}\"")
            }
            FailureCode::RedirectCount => write!(f, "{answer} is one redirect too many, after 20"),
            FailureCode::RedirectCredentials => {
                write!(f, "{answer} leads to a URL with a user name or a password, across origins")
            }
            FailureCode::RedirectStreamBody => {
                write!(f, "{answer} wants the body sent again, and it was a stream")
            }
        }
    }
}

impl core::error::Error for Failure {}
