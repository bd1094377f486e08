//! The browser's side of CORS: what a browser sends, and whether it lets script have the answer.
//!
//! This is the [Fetch standard](https://fetch.spec.whatwg.org/) as far as CORS goes, step by step
//! and under the standard's own names, without any input or output: the caller carries the
//! messages. [`judge`] takes what script asked for and the responses so far, and says what the
//! browser would do: give script the response, refuse it and why, or send one more request. So
//! the same code judges recorded traffic, a live server, and a [`Policy`](crate::Policy).
//!
//! ```
//! use corsac::fetch::{Browser, Credentials, Fetch, Outcome, Response, judge};
//!
//! let mut fetch = Fetch::new("https://api.example/things/1", "https://app.example")?;
//! fetch.set_method("PUT");
//! fetch.set_credentials(Credentials::Include);
//!
//! // Nothing has been answered yet: the preflight is to be sent.
//! let judgement = judge(&fetch, &[], Browser::Fetch);
//! assert!(matches!(judgement.outcome, Outcome::NeedsResponse));
//! assert_eq!(judgement.sent[0].method, b"OPTIONS");
//!
//! // The classic mistake.
//! let preflight = Response::new(204)
//!     .header("Access-Control-Allow-Origin", "*")
//!     .header("Access-Control-Allow-Methods", "PUT");
//! let judgement = judge(&fetch, &[preflight], Browser::Fetch);
//! let Outcome::Block(failure) = judgement.outcome else { panic!() };
//! assert_eq!(failure.code().as_str(), "allow-origin-wildcard-with-credentials");
//! println!("{failure}\n{}", failure.fix());
//! # Ok::<(), corsac::fetch::FetchError>(())
//! ```
//!
//! # Positions
//!
//! Where the standard's text and the engines differ, [`Browser::Fetch`] follows the text and the
//! other profiles follow their engine. Three places in the text are probably not meant:
//!
//! - A literal `*` that a credentialed preflight lists is not a wildcard when it is checked, and
//!   is one when it is found in the cache. The engines do not do so.
//! - A cache entry whose max-age is set anew still counts from when it was stored.
//! - Where a preflight is made only because the *use-CORS-preflight flag* is set and the answer
//!   has no `Access-Control-Allow-Methods`, any method passes. The engines do not do so.
//!
//! What a browser checks besides CORS is not here: mixed content, bad ports, content security
//! policies, integrity, local network permissions, service workers.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use url::Url;

mod browser;
mod cache;
mod check;
mod console;
mod failure;
mod header_list;
mod judge;
mod method;
mod mime_type;
mod origin;
mod preflight;
mod range;
mod redirect;
mod request;
mod request_header;
mod response_header;
mod warning;

pub use browser::Browser;
pub use cache::PreflightCache;
pub use failure::{Failure, FailureCode, Phase};
pub use judge::{judge, judge_with_cache};
pub use method::{is_cors_safelisted_method, is_forbidden_method, normalize_method};
pub use origin::PageOrigin;
pub use request_header::{
    cors_unsafe_request_header_names, is_cors_non_wildcard_request_header_name,
    is_cors_safelisted_request_header, is_forbidden_request_header,
};
pub use response_header::{
    is_cors_safelisted_response_header_name, is_forbidden_response_header_name,
};
pub use warning::{Warning, WarningCode};

/// A header's name and value.
pub type Header = (Vec<u8>, Vec<u8>);

/// What script asked for: the arguments of
/// [`fetch()`](https://fetch.spec.whatwg.org/#dom-global-fetch), or of an `XMLHttpRequest`.
///
/// ```
/// use corsac::fetch::{Credentials, Fetch};
///
/// let mut fetch = Fetch::new("https://api.example/things", "https://app.example")?;
/// fetch.set_method("DELETE");
/// fetch.set_credentials(Credentials::Include);
/// assert_eq!(fetch.method(), b"DELETE");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fetch {
    pub(crate) url: Url,
    pub(crate) origin: PageOrigin,
    pub(crate) method: Vec<u8>,
    pub(crate) headers: Vec<Header>,
    pub(crate) mode: Mode,
    pub(crate) credentials: Credentials,
    pub(crate) redirect: Redirect,
    pub(crate) use_preflight: bool,
    pub(crate) body: Body,
    pub(crate) initiator: Initiator,
}

/// A request's [mode](https://fetch.spec.whatwg.org/#concept-request-mode).
///
/// ```
/// use corsac::fetch::{Browser, Fetch, Mode, Outcome, Response, ResponseType, judge};
///
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// fetch.set_mode(Mode::NoCors);
/// let judgement = judge(&fetch, &[Response::new(200)], Browser::Fetch);
/// let Outcome::Allow(shared) = judgement.outcome else { panic!() };
/// assert_eq!(shared.response_type, ResponseType::Opaque);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// A response of another origin is readable if the CORS protocol says so.
    #[default]
    Cors,
    /// A response of another origin is opaque.
    NoCors,
    /// Requests to another origin fail.
    SameOrigin,
}

/// A request's [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode).
///
/// ```
/// use corsac::fetch::{Browser, Credentials, Fetch, Outcome, Response, judge};
///
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// let wildcard = [Response::new(200).header("Access-Control-Allow-Origin", "*")];
/// assert!(matches!(judge(&fetch, &wildcard, Browser::Fetch).outcome, Outcome::Allow(_)));
/// fetch.set_credentials(Credentials::Include);
/// assert!(matches!(judge(&fetch, &wildcard, Browser::Fetch).outcome, Outcome::Block(_)));
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Credentials {
    /// To the page's own origin only.
    #[default]
    SameOrigin,
    /// Never.
    Omit,
    /// Always; what `withCredentials` asks for.
    Include,
}

/// A request's [redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode).
///
/// ```
/// use corsac::fetch::{Browser, Fetch, Outcome, Redirect, Response, ResponseType, judge};
///
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// fetch.set_redirect(Redirect::Manual);
/// let redirect = Response::new(302).header("Access-Control-Allow-Origin", "*");
/// let judgement = judge(&fetch, &[redirect], Browser::Fetch);
/// let Outcome::Allow(shared) = judgement.outcome else { panic!() };
/// assert_eq!(shared.response_type, ResponseType::OpaqueRedirect);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Redirect {
    /// Redirects are followed.
    #[default]
    Follow,
    /// A redirect is an error.
    Error,
    /// A redirect is an opaque response.
    Manual,
}

/// A request's [body](https://fetch.spec.whatwg.org/#concept-request-body), as far as it
/// matters here.
///
/// ```
/// use corsac::fetch::{Body, Browser, Fetch, MessageKind, judge};
///
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// fetch.set_method("POST");
/// fetch.set_body(Body::Bytes);
/// assert_eq!(judge(&fetch, &[], Browser::Fetch).sent[0].kind, MessageKind::Actual);
/// fetch.set_body(Body::Stream);
/// assert_eq!(judge(&fetch, &[], Browser::Fetch).sent[0].kind, MessageKind::Preflight);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Body {
    /// None.
    #[default]
    None,
    /// Bytes that can be sent again.
    Bytes,
    /// A `ReadableStream`, which cannot.
    Stream,
}

/// Which interface script used, `fetch()` or an
/// [`XMLHttpRequest`](https://xhr.spec.whatwg.org/#interface-xmlhttprequest); it changes
/// the words of console messages.
///
/// ```
/// use corsac::fetch::{Browser, Fetch, Initiator, Outcome, Response, judge};
///
/// let mut fetch = Fetch::new("https://api.example/", "https://app.example")?;
/// fetch.set_initiator(Initiator::XmlHttpRequest);
/// let judgement = judge(&fetch, &[Response::new(200)], Browser::Chromium);
/// let Outcome::Block(failure) = judgement.outcome else { panic!() };
/// assert!(failure.console(Browser::Chromium).unwrap().contains("XMLHttpRequest"));
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Initiator {
    /// `fetch()`.
    #[default]
    Fetch,
    /// `XMLHttpRequest`.
    XmlHttpRequest,
}

/// Why there is no such [`Fetch`]: its parts are no URL, origin or header.
///
/// ```
/// use corsac::fetch::{Fetch, FetchError};
///
/// let error = Fetch::new("https://api.example/", "https://app.example/").unwrap_err();
/// assert_eq!(error, FetchError::Origin("https://app.example/".into()));
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// Not an absolute URL.
    Url(url::ParseError),
    /// Neither `null` nor a serialized origin.
    Origin(String),
    /// Not a header's [name](https://fetch.spec.whatwg.org/#header-name).
    HeaderName,
    /// Not a header's [value](https://fetch.spec.whatwg.org/#header-value): it holds NUL, CR or LF.
    HeaderValue,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => write!(f, "the URL is none: {error}"),
            Self::Origin(origin) => write!(
                f,
                "{origin:?} is no serialized origin; write scheme://host, with :port unless it is \
                 the default, or null"
            ),
            Self::HeaderName => f.write_str("the name of a header is not a token"),
            Self::HeaderValue => f.write_str("the value of a header holds NUL, CR or LF"),
        }
    }
}

impl core::error::Error for FetchError {}

impl Fetch {
    /// A GET in mode `cors` without headers, from a page of this origin: a serialized one, or
    /// `null`.
    ///
    /// ```
    /// use corsac::fetch::Fetch;
    ///
    /// let fetch = Fetch::new("https://api.example/things/1", "https://app.example")?;
    /// assert_eq!(fetch.method(), b"GET");
    /// assert!(Fetch::new("/things/1", "https://app.example").is_err());
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    ///
    /// # Errors
    /// [`FetchError`], when the URL or the origin is none.
    pub fn new(url: &str, origin: &str) -> Result<Self, FetchError> {
        Ok(Self {
            url: Url::parse(url).map_err(FetchError::Url)?,
            origin: PageOrigin::parse(origin)?,
            method: b"GET".to_vec(),
            headers: Vec::new(),
            mode: Mode::default(),
            credentials: Credentials::default(),
            redirect: Redirect::default(),
            use_preflight: false,
            body: Body::default(),
            initiator: Initiator::default(),
        })
    }

    /// Sets the method, as script writes it.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// fetch.set_method("put");
    /// assert_eq!(fetch.method(), b"put");
    /// // It is put in upper case on its way.
    /// # use corsac::fetch::{Browser, judge};
    /// let preflight = &judge(&fetch, &[], Browser::Fetch).sent[0];
    /// let asked = (b"access-control-request-method".to_vec(), b"PUT".to_vec());
    /// assert!(preflight.headers.contains(&asked));
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_method(&mut self, method: impl AsRef<[u8]>) {
        self.method = method.as_ref().to_vec();
    }

    /// [Adds](https://fetch.spec.whatwg.org/#concept-headers-append) a header, as script does.
    /// Those that script may not set are dropped, as a browser drops them.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::FetchError;
    ///
    /// fetch.push_header(b"X-Tenant", b"one")?;
    /// // No error, and not sent.
    /// fetch.push_header(b"Cookie", b"a=b")?;
    /// assert_eq!(fetch.push_header(b"x tenant", b"one"), Err(FetchError::HeaderName));
    /// assert_eq!(fetch.push_header(b"X-Tenant", b"o\nne"), Err(FetchError::HeaderValue));
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    ///
    /// # Errors
    /// [`FetchError`], when it is none; a browser throws a `TypeError`.
    pub fn push_header(&mut self, name: &[u8], value: &[u8]) -> Result<(), FetchError> {
        if !header_list::is_token(name) {
            return Err(FetchError::HeaderName);
        }
        let value = header_list::normalize(value);
        if value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
            return Err(FetchError::HeaderValue);
        }
        self.headers.push((name.to_vec(), value.to_vec()));
        Ok(())
    }

    /// Sets the mode.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::{Browser, FailureCode, Mode, Outcome, judge};
    ///
    /// fetch.set_mode(Mode::SameOrigin);
    /// let Outcome::Block(failure) = judge(&fetch, &[], Browser::Fetch).outcome else { panic!() };
    /// assert_eq!(failure.code(), FailureCode::ModeSameOrigin);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// Sets the credentials mode.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::Credentials;
    ///
    /// fetch.set_credentials(Credentials::Include);
    /// assert_eq!(fetch.credentials(), Credentials::Include);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_credentials(&mut self, credentials: Credentials) {
        self.credentials = credentials;
    }

    /// Sets the redirect mode.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::{Browser, FailureCode, Outcome, Redirect, Response, judge};
    ///
    /// fetch.set_redirect(Redirect::Error);
    /// let answer = Response::new(302).header("Access-Control-Allow-Origin", "*");
    /// let judgement = judge(&fetch, &[answer], Browser::Fetch);
    /// let Outcome::Block(failure) = judgement.outcome else { panic!() };
    /// assert_eq!(failure.code(), FailureCode::RedirectModeError);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_redirect(&mut self, redirect: Redirect) {
        self.redirect = redirect;
    }

    /// Sets the [use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag),
    /// as a listener on an upload does.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::{Browser, MessageKind, judge};
    ///
    /// fetch.set_use_preflight(true);
    /// assert_eq!(judge(&fetch, &[], Browser::Fetch).sent[0].kind, MessageKind::Preflight);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_use_preflight(&mut self, use_preflight: bool) {
        self.use_preflight = use_preflight;
    }

    /// Sets the kind of body. A stream, which has no
    /// [source](https://fetch.spec.whatwg.org/#concept-body-source), sets the use-CORS-preflight
    /// flag as well.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::{Body, Browser, FailureCode, Outcome, judge};
    ///
    /// // On a GET.
    /// fetch.set_body(Body::Bytes);
    /// let Outcome::Block(failure) = judge(&fetch, &[], Browser::Fetch).outcome else { panic!() };
    /// assert_eq!(failure.code(), FailureCode::BodyNotAllowed);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_body(&mut self, body: Body) {
        self.body = body;
    }

    /// Sets the interface that script used.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::Initiator;
    ///
    /// fetch.set_initiator(Initiator::XmlHttpRequest);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    pub fn set_initiator(&mut self, initiator: Initiator) {
        self.initiator = initiator;
    }

    /// Where it goes to.
    ///
    /// ```
    /// # use corsac::fetch::Fetch;
    /// let fetch = Fetch::new("https://API.example:443/things", "https://app.example")?;
    /// assert_eq!(fetch.url().as_str(), "https://api.example/things");
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The page's origin.
    ///
    /// ```
    /// # use corsac::fetch::Fetch;
    /// let fetch = Fetch::new("https://api.example/", "https://app.example")?;
    /// assert_eq!(fetch.origin().as_str(), "https://app.example");
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn origin(&self) -> &PageOrigin {
        &self.origin
    }

    /// The method, as script wrote it.
    ///
    /// ```
    /// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// fetch.set_method("patch");
    /// assert_eq!(fetch.method(), b"patch");
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn method(&self) -> &[u8] {
        &self.method
    }

    /// The credentials mode.
    ///
    /// ```
    /// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
    /// use corsac::fetch::Credentials;
    ///
    /// assert_eq!(fetch.credentials(), Credentials::SameOrigin);
    /// # Ok::<(), corsac::fetch::FetchError>(())
    /// ```
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        self.credentials
    }
}

/// A [response](https://fetch.spec.whatwg.org/#concept-response) as it came over the network.
///
/// ```
/// use corsac::fetch::Response;
///
/// let response = Response::new(200).header("Content-Type", "text/plain");
/// assert_eq!(format!("{response:?}"), "200 | Content-Type: text/plain");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header lines, in their order.
    pub headers: Vec<Header>,
}

impl Response {
    /// A response without headers.
    ///
    /// ```
    /// use corsac::fetch::Response;
    ///
    /// let response = Response::new(204);
    /// assert_eq!(response.status, 204);
    /// assert!(response.headers.is_empty());
    /// ```
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new() }
    }

    /// Adds a header line. Tabs and spaces around the value are not part of it
    /// ([RFC 9112, section 5.1](https://www.rfc-editor.org/rfc/rfc9112#section-5.1)).
    ///
    /// ```
    /// use corsac::fetch::Response;
    ///
    /// let response = Response::new(204).header("Access-Control-Allow-Origin", " * ");
    /// assert_eq!(response.headers[0].1, b"*");
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.push_header(name.as_ref(), value.as_ref());
        self
    }

    /// Adds a header line.
    ///
    /// ```
    /// use corsac::fetch::Response;
    ///
    /// let mut response = Response::new(200);
    /// for (name, value) in [("Vary", "Origin"), ("Vary", "Accept")] {
    ///     response.push_header(name.as_bytes(), value.as_bytes());
    /// }
    /// assert_eq!(response.headers.len(), 2);
    /// ```
    pub fn push_header(&mut self, name: &[u8], value: &[u8]) {
        self.headers.push((name.to_vec(), header_list::strip_tabs_and_spaces(value).to_vec()));
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        write_lines(f, &self.headers)
    }
}

fn write_lines(f: &mut fmt::Formatter<'_>, headers: &[Header]) -> fmt::Result {
    headers.iter().try_for_each(|(name, value)| {
        write!(f, " | {}: {}", name.escape_ascii(), value.escape_ascii())
    })
}

/// A [request](https://fetch.spec.whatwg.org/#concept-request) that the browser sends.
///
/// ```
/// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, judge};
///
/// let message = &judge(&fetch, &[], Browser::Fetch).sent[0];
/// assert_eq!(message.method, b"GET");
/// assert_eq!(message.headers, [(b"origin".to_vec(), b"https://app.example".to_vec())]);
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub kind: MessageKind,
    /// The method.
    pub method: Vec<u8>,
    /// Where it goes.
    pub url: Url,
    /// What CORS decides: `origin` and `access-control-request-*`, and the author's headers on an
    /// actual request. Names are in lower case.
    pub headers: Vec<Header>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind.as_str(), self.method.escape_ascii(), self.url)?;
        write_lines(f, &self.headers)
    }
}

/// What a [`Message`] is for.
///
/// ```
/// # let mut fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, MessageKind, judge};
///
/// fetch.set_method("PUT");
/// assert_eq!(judge(&fetch, &[], Browser::Fetch).sent[0].kind, MessageKind::Preflight);
/// assert_eq!(MessageKind::Preflight.as_str(), "preflight");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
    Preflight,
    /// The request that script asked for, or one it was redirected to.
    Actual,
}

impl MessageKind {
    /// A stable name for programs: `preflight` or `actual`.
    ///
    /// ```
    /// use corsac::fetch::MessageKind;
    ///
    /// assert_eq!(MessageKind::Actual.as_str(), "actual");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Actual => "actual",
        }
    }
}

/// What came of a [`Fetch`].
///
/// ```
/// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, judge};
///
/// let judgement = judge(&fetch, &[], Browser::Fetch);
/// assert_eq!(judgement.outcome, Outcome::NeedsResponse);
/// println!("{:?} is to be answered next", judgement.sent.last());
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether script gets a response.
    pub outcome: Outcome,
    /// What the browser sends, in order. Where a response is wanted, the last is the one to answer.
    pub sent: Vec<Message>,
    /// What is odd, although it does not decide.
    pub warnings: Vec<Warning>,
}

/// Whether script gets a response.
///
/// ```
/// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, Response, judge};
///
/// match judge(&fetch, &[Response::new(200)], Browser::Fetch).outcome {
///     Outcome::Allow(shared) => println!("script sees {:?}", shared.exposed),
///     Outcome::Block(failure) => println!("{failure}: {}", failure.fix()),
///     Outcome::NeedsResponse => println!("one more"),
/// }
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Allow(Shared),
    /// It gets a [network error](https://fetch.spec.whatwg.org/#concept-network-error), which tells
    /// nothing; this is what it does not tell.
    Block(alloc::boxed::Box<Failure>),
    /// The last message sent has not been answered.
    NeedsResponse,
}

/// What script sees of a response.
///
/// ```
/// # let fetch = corsac::fetch::Fetch::new("https://api.example/", "https://app.example")?;
/// use corsac::fetch::{Browser, Outcome, Response, judge};
///
/// let response = Response::new(200)
///     .header("Access-Control-Allow-Origin", "*")
///     .header("Content-Type", "text/plain")
///     .header("X-Id", "not exposed");
/// let judgement = judge(&fetch, &[response], Browser::Fetch);
/// let Outcome::Allow(shared) = judgement.outcome else { panic!() };
/// assert_eq!(shared.exposed, Some(vec!["content-type".to_owned()]));
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its [type](https://fetch.spec.whatwg.org/#concept-response-type).
    pub response_type: ResponseType,
    /// Its status; 0 for opaque ones.
    pub status: u16,
    /// The names of the headers present that script can read: lower case, sorted, each once.
    /// `None` for opaque ones.
    pub exposed: Option<Vec<String>>,
}

/// A response's [type](https://fetch.spec.whatwg.org/#concept-response-type).
///
/// ```
/// use corsac::fetch::{Browser, Fetch, Outcome, Response, ResponseType, judge};
///
/// let fetch = Fetch::new("https://app.example/logo", "https://app.example")?;
/// let judgement = judge(&fetch, &[Response::new(200)], Browser::Fetch);
/// let Outcome::Allow(shared) = judgement.outcome else { panic!() };
/// assert_eq!(shared.response_type, ResponseType::Basic);
/// assert_eq!(shared.response_type.as_str(), "basic");
/// # Ok::<(), corsac::fetch::FetchError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// Of the page's own origin.
    Basic,
    /// Shared by the CORS protocol.
    Cors,
    /// Of another origin, in mode `no-cors`.
    Opaque,
    /// A redirect that was not followed.
    OpaqueRedirect,
}

impl ResponseType {
    /// The standard's name: `basic`, `cors`, `opaque` or `opaqueredirect`.
    ///
    /// ```
    /// use corsac::fetch::ResponseType;
    ///
    /// assert_eq!(ResponseType::OpaqueRedirect.as_str(), "opaqueredirect");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cors => "cors",
            Self::Opaque => "opaque",
            Self::OpaqueRedirect => "opaqueredirect",
        }
    }
}
