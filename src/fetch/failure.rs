//! [`Failure`]: why script does not get a response: what the browser knows and does not tell.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Browser;

mod words;

/// Why script gets an error. `Display` is a sentence for a person, and [`fix`](Self::fix) what
/// would have to change.
///
/// ```
/// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
/// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// let response = Response::new(200);
/// let judgement = judge(&fetch, &[response], Browser::Fetch);
/// let Outcome::Block(failure) = judgement.outcome else { panic!() };
/// assert_eq!(failure.code().as_str(), "allow-origin-missing");
/// println!("{failure}. {} See {}.", failure.fix(), failure.code().spec());
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
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
///
/// ```
/// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, Phase, Response, judge};
///
/// fetch.set_method("PUT");
/// let judgement = judge(&fetch, &[Response::new(405)], Browser::Fetch);
/// let Outcome::Block(failure) = judgement.outcome else { panic!() };
/// assert_eq!(failure.during(), Phase::Preflight);
/// assert_eq!(failure.during().as_str(), "preflight");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
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
    ///
    /// ```
    /// use corsac::fetch::Phase;
    ///
    /// assert_eq!(Phase::Plan.as_str(), "plan");
    /// ```
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
///
/// ```
/// use corsac::fetch::FailureCode;
///
/// let code = FailureCode::AllowOriginMissing;
/// assert_eq!(code.to_string(), "allow-origin-missing");
/// assert_eq!(code.spec(), "https://fetch.spec.whatwg.org/#concept-cors-check");
/// ```
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
    ///
    /// ```
    /// use corsac::fetch::FailureCode;
    ///
    /// for code in FailureCode::ALL {
    ///     println!("{code}: {}, step {}", code.spec(), code.step());
    /// }
    /// ```
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
    ///
    /// ```
    /// use corsac::fetch::FailureCode;
    ///
    /// assert_eq!(FailureCode::RedirectCount.as_str(), "redirect-count");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Where the [standard](https://fetch.spec.whatwg.org/) says so.
    ///
    /// ```
    /// use corsac::fetch::FailureCode;
    ///
    /// let spec = FailureCode::PreflightStatusNotOk.spec();
    /// assert_eq!(spec, "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0");
    /// ```
    #[must_use]
    pub const fn spec(self) -> &'static str {
        self.row().1
    }

    /// The step there, as the standard of July 2026 counts them.
    ///
    /// ```
    /// use corsac::fetch::FailureCode;
    ///
    /// assert_eq!(FailureCode::MethodNotAllowed.step(), "7.5");
    /// ```
    #[must_use]
    pub const fn step(self) -> &'static str {
        self.row().2
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Failure {
    /// What failed.
    ///
    /// ```
    /// # use corsac::fetch::FailureCode;
    /// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
    /// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// let response = Response::new(200);
    /// let judgement = judge(&fetch, &[response], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// assert_eq!(failure.code(), FailureCode::AllowOriginMissing);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn code(&self) -> FailureCode {
        self.code
    }

    /// Which message it was about.
    ///
    /// ```
    /// # use corsac::fetch::Phase;
    /// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
    /// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// let response = Response::new(200);
    /// let judgement = judge(&fetch, &[response], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// assert_eq!(failure.during(), Phase::Actual);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn during(&self) -> Phase {
        self.during
    }

    /// The value at fault, if there is one.
    ///
    /// ```
    /// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
    /// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// let response = Response::new(200)
    ///     .header("Access-Control-Allow-Origin", "https://other.example");
    /// let judgement = judge(&fetch, &[response], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// assert_eq!(failure.value(), Some(&b"https://other.example"[..]));
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        self.value.as_deref()
    }

    /// The line that an engine's console shows, or that it would show, had it been asked.
    ///
    /// `None` where it shows none, or where that engine would have let the response through; and
    /// for [`Browser::Fetch`], which has no console.
    ///
    /// ```
    /// # use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
    /// # let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// let response = Response::new(200);
    /// let judgement = judge(&fetch, &[response], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// let line = failure.console(Browser::Chromium).unwrap();
    /// assert!(line.contains("has been blocked by CORS policy"));
    /// assert_eq!(failure.console(Browser::Fetch), None);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn console(&self, browser: Browser) -> Option<&str> {
        let lines = Browser::ENGINES.iter().zip(&self.console);
        lines.filter(|(engine, _)| **engine == browser).find_map(|(_, line)| line.as_deref())
    }
}

impl core::error::Error for Failure {}
