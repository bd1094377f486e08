//! [`Fetch`]: what script asks for.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use url::Url;

use super::{Header, PageOrigin, header_list};

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
