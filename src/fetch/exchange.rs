//! What goes over the network, and what comes of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use url::Url;

use super::{Failure, Header, Warning, header_list};

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

/// What came of a [`Fetch`](super::Fetch).
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
