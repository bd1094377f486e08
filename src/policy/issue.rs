//! [`Issue`]: every finding about a policy, with its code, its place and what to write instead.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What a finding is about. The codes are stable.
///
/// ```
/// use corsac::{IssueCode, Policy};
///
/// let error = Policy::builder().allow_origins(["file:///index.html"]).build().unwrap_err();
/// assert_eq!(error.errors()[0].code(), IssueCode::OriginFile);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IssueCode {
    /// No origin is listed.
    OriginsMissing,
    /// Not an origin.
    OriginInvalid,
    /// An origin, but not as any browser sends it.
    OriginNotSerialized,
    /// A wildcard where there can be none.
    OriginWildcardUnsupported,
    /// `null` without `dangerously_allow_null_origin`.
    OriginNull,
    /// A `file:` URL.
    OriginFile,
    /// `*` with credentials.
    OriginAnyWithCredentials,
    /// `*` beside other origins.
    OriginAnyWithOthers,
    /// An origin without transport security in a policy with credentials.
    OriginInsecureWithCredentials,
    /// A pattern that anyone can register a match for.
    OriginPublicSuffixWildcard,
    /// Not a method.
    MethodInvalid,
    /// A method that script can never use.
    MethodForbidden,
    /// `*` beside other methods.
    MethodsAnyWithOthers,
    /// Not a header name.
    RequestHeaderInvalid,
    /// A header that script can never set.
    RequestHeaderForbidden,
    /// A header of responses, or of the protocol itself.
    RequestHeaderProhibited,
    /// `*` beside headers other than `authorization`.
    RequestHeadersAnyWithOthers,
    /// Not a header name.
    ResponseHeaderInvalid,
    /// A header that script can never read.
    ResponseHeaderForbidden,
    /// A header of requests, or of the protocol itself.
    ResponseHeaderProhibited,
    /// `*` exposed with credentials.
    ExposeAnyWithCredentials,
    /// `*` beside other exposed headers.
    ExposeAnyWithOthers,
    /// A max-age that is negative or above 2147483647.
    MaxAgeOutOfRange,
    /// A preflight status that is not from 200 to 299.
    PreflightStatusNotOk,
    /// Listed before.
    Duplicate,
    /// A pattern in the list stands for it already.
    OriginCovered,
    /// GET, HEAD or POST, which CORS always allows.
    MethodSafelisted,
    /// A method in the wrong case.
    MethodCase,
    /// `OPTIONS`, which is seldom what is meant.
    OptionsMethod,
    /// A header that script may set without being allowed to.
    RequestHeaderSafelisted,
    /// A header that script may read without being allowed to.
    ResponseHeaderSafelisted,
    /// A max-age above what some browsers honour.
    MaxAgeAboveBrowserCap,
    /// `*` for headers with credentials.
    WildcardHeadersWithCredentials,
    /// Private Network Access, which browsers have given up.
    PrivateNetworkLegacy,
}

/// How much a finding weighs.
///
/// ```
/// use corsac::{IssueCode, Severity};
///
/// assert_eq!(IssueCode::OriginNull.severity(), Severity::Error);
/// assert_eq!(IssueCode::OriginCovered.severity(), Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// There is no policy until it is mended.
    Error,
    /// It is probably not what was meant, or not needed.
    Warning,
}

impl IssueCode {
    /// A stable name for programs, such as `origin-not-serialized`.
    ///
    /// ```
    /// assert_eq!(corsac::IssueCode::OriginNotSerialized.as_str(), "origin-not-serialized");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OriginsMissing => "origins-missing",
            Self::OriginInvalid => "origin-invalid",
            Self::OriginNotSerialized => "origin-not-serialized",
            Self::OriginWildcardUnsupported => "origin-wildcard-unsupported",
            Self::OriginNull => "origin-null",
            Self::OriginFile => "origin-file",
            Self::OriginAnyWithCredentials => "origin-any-with-credentials",
            Self::OriginAnyWithOthers => "origin-any-with-others",
            Self::OriginInsecureWithCredentials => "origin-insecure-with-credentials",
            Self::OriginPublicSuffixWildcard => "origin-public-suffix-wildcard",
            Self::MethodInvalid => "method-invalid",
            Self::MethodForbidden => "method-forbidden",
            Self::MethodsAnyWithOthers => "methods-any-with-others",
            Self::RequestHeaderInvalid => "request-header-invalid",
            Self::RequestHeaderForbidden => "request-header-forbidden",
            Self::RequestHeaderProhibited => "request-header-prohibited",
            Self::RequestHeadersAnyWithOthers => "request-headers-any-with-others",
            Self::ResponseHeaderInvalid => "response-header-invalid",
            Self::ResponseHeaderForbidden => "response-header-forbidden",
            Self::ResponseHeaderProhibited => "response-header-prohibited",
            Self::ExposeAnyWithCredentials => "expose-any-with-credentials",
            Self::ExposeAnyWithOthers => "expose-any-with-others",
            Self::MaxAgeOutOfRange => "max-age-out-of-range",
            Self::PreflightStatusNotOk => "preflight-status-not-ok",
            Self::Duplicate => "duplicate",
            Self::OriginCovered => "origin-covered",
            Self::MethodSafelisted => "method-safelisted",
            Self::MethodCase => "method-case",
            Self::OptionsMethod => "options-method",
            Self::RequestHeaderSafelisted => "request-header-safelisted",
            Self::ResponseHeaderSafelisted => "response-header-safelisted",
            Self::MaxAgeAboveBrowserCap => "max-age-above-browser-cap",
            Self::WildcardHeadersWithCredentials => "wildcard-headers-with-credentials",
            Self::PrivateNetworkLegacy => "private-network-legacy",
        }
    }

    /// Whether it keeps the policy from being built.
    ///
    /// ```
    /// use corsac::{IssueCode, Severity};
    ///
    /// assert_eq!(IssueCode::MethodCase.severity(), Severity::Warning);
    /// ```
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Duplicate
            | Self::OriginCovered
            | Self::MethodSafelisted
            | Self::MethodCase
            | Self::OptionsMethod
            | Self::RequestHeaderSafelisted
            | Self::ResponseHeaderSafelisted
            | Self::MaxAgeAboveBrowserCap
            | Self::WildcardHeadersWithCredentials
            | Self::PrivateNetworkLegacy => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl fmt::Display for IssueCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The value that a finding is about.
///
/// ```
/// use corsac::{IssueValue, Policy};
///
/// let error = Policy::builder().max_age(-1).build().unwrap_err();
/// let values: Vec<_> = error.errors().iter().map(|issue| issue.value()).collect();
/// assert_eq!(values, [&IssueValue::Absent, &IssueValue::Number(-1)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueValue {
    /// The field as a whole.
    Absent,
    /// A number.
    Number(i64),
    /// A member of a list.
    Text(String),
}

/// One finding about a policy. `Display` gives the message, and says nothing of the place.
///
/// ```
/// use corsac::{IssueCode, Policy};
///
/// let policy = Policy::builder().allow_origins(["https://app.example.com", "null"]);
/// let error = policy.build().unwrap_err();
/// let issue = &error.errors()[0];
/// assert_eq!(issue.code(), IssueCode::OriginNull);
/// assert_eq!(issue.path().to_string(), "allow_origins[1]");
/// println!("{}: {issue} [{}]", issue.path(), issue.code());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub(super) code: IssueCode,
    pub(super) field: &'static str,
    pub(super) index: Option<usize>,
    pub(super) value: IssueValue,
    pub(super) message: Cow<'static, str>,
    pub(super) suggestion: Option<String>,
}

impl Issue {
    /// What it is about.
    ///
    /// ```
    /// # use corsac::{IssueCode, Policy};
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.code(), IssueCode::OriginNull);
    /// ```
    #[must_use]
    pub fn code(&self) -> IssueCode {
        self.code
    }

    /// Whether it keeps the policy from being built.
    ///
    /// ```
    /// # use corsac::{Severity, Policy};
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.severity(), Severity::Error);
    /// ```
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The field of the document.
    ///
    /// ```
    /// # use corsac::Policy;
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.field(), "allow_origins");
    /// ```
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// The place in the field's list, from 0.
    ///
    /// ```
    /// # use corsac::Policy;
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.index(), Some(1));
    /// ```
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The place in the document, such as `allow_origins[2]`.
    ///
    /// ```
    /// # use corsac::Policy;
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.path().to_string(), "allow_origins[1]");
    /// ```
    #[must_use]
    pub fn path(&self) -> IssuePath {
        IssuePath { field: self.field, index: self.index }
    }

    /// The value at fault.
    ///
    /// ```
    /// # use corsac::{IssueValue, Policy};
    /// let builder = Policy::builder().allow_origins(["https://a.example", "null"]);
    /// let error = builder.build().unwrap_err();
    /// let issue = &error.errors()[0];
    /// assert_eq!(issue.value(), &IssueValue::Text("null".to_owned()));
    /// ```
    #[must_use]
    pub fn value(&self) -> &IssueValue {
        &self.value
    }

    /// A value that would be accepted in its place, where one can be told.
    ///
    /// ```
    /// use corsac::Policy;
    ///
    /// let builder = Policy::builder().allow_origins(["*"]).allow_methods(["patch"]);
    /// let findings = builder.config().check();
    /// assert_eq!(findings.warnings()[0].suggestion(), Some("PATCH"));
    /// ```
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A place in a policy document. `Display` writes it as in `allow_origins[2]`.
///
/// ```
/// let error = corsac::Policy::builder().max_age(-1).build().unwrap_err();
/// let paths: Vec<_> = error.errors().iter().map(|issue| issue.path().to_string()).collect();
/// assert_eq!(paths, ["allow_origins", "max_age"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IssuePath {
    field: &'static str,
    index: Option<usize>,
}

impl fmt::Display for IssuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

/// All that there is to say about a policy document.
///
/// ```
/// use corsac::{IssueCode, Policy};
///
/// let policy = Policy::builder().allow_origins(["https://app.example.com"]).allow_methods(["patch"]);
/// let findings = policy.config().check();
/// assert!(findings.errors().is_empty());
/// assert_eq!(findings.warnings()[0].code(), IssueCode::MethodCase);
/// assert_eq!(findings.warnings()[0].suggestion(), Some("PATCH"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub(super) errors: Vec<Issue>,
    pub(super) warnings: Vec<Issue>,
}

impl Findings {
    /// What keeps the policy from being built, in the order of the document.
    ///
    /// ```
    /// let findings = corsac::PolicyConfig::new().check();
    /// assert_eq!(findings.errors()[0].code(), corsac::IssueCode::OriginsMissing);
    /// ```
    #[must_use]
    pub fn errors(&self) -> &[Issue] {
        &self.errors
    }

    /// What is probably not meant, or not needed, in the order of the document.
    ///
    /// ```
    /// let builder = corsac::Policy::builder().allow_origins(["*"]).allow_methods(["PUT", "PUT"]);
    /// let findings = builder.config().check();
    /// assert_eq!(findings.warnings()[0].code(), corsac::IssueCode::Duplicate);
    /// ```
    #[must_use]
    pub fn warnings(&self) -> &[Issue] {
        &self.warnings
    }

    pub(super) fn push(&mut self, issue: Issue) {
        match issue.severity() {
            Severity::Error => self.errors.push(issue),
            Severity::Warning => self.warnings.push(issue),
        }
    }
}

/// Why there is no policy: everything that is wrong with the document, at once.
///
/// ```
/// let error = corsac::Policy::builder().allow_methods(["TRACE"]).build().unwrap_err();
/// assert_eq!(error.errors().len(), 2);
/// // A line for each, fit for a terminal: the place, the value, what to write instead, the code.
/// assert!(error.to_string().contains("allow_methods[0] = \"TRACE\""));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyError {
    errors: Box<[Issue]>,
}

impl PolicyError {
    pub(super) fn new(errors: Vec<Issue>) -> Self {
        Self { errors: errors.into() }
    }

    /// The errors, in the order of the document; never none.
    ///
    /// ```
    /// let error = corsac::Policy::builder().allow_headers(["cookie"]).build().unwrap_err();
    /// for issue in error.errors() {
    ///     eprintln!("{}: {issue} [{}]", issue.path(), issue.code());
    /// }
    /// assert_eq!(error.errors().len(), 2);
    /// ```
    #[must_use]
    pub fn errors(&self) -> &[Issue] {
        &self.errors
    }
}

/// A line for each error, with its place, its value, and what to write instead.
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the policy cannot be used:")?;
        for issue in &self.errors {
            write!(f, "\n  {}", issue.path())?;
            match &issue.value {
                IssueValue::Absent => {}
                IssueValue::Number(number) => write!(f, " = {number}")?,
                IssueValue::Text(text) => write!(f, " = {text:?}")?,
            }
            write!(f, ": {issue}")?;
            if let Some(suggestion) = issue.suggestion() {
                write!(f, "; write {suggestion:?}")?;
            }
            write!(f, " [{}]", issue.code)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for PolicyError {}
