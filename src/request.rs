//! [`Request`]: what CORS needs to know of a request.

use crate::syntax::normalize;

/// How many lines of `Access-Control-Request-Headers` are kept; a browser sends one.
pub(crate) const MOST_LINES: usize = 16;

/// What arrived: the method and the fields that CORS reads, as borrowed bytes.
///
/// It holds what was sent, sound or not: repeats are remembered as repeats, empty values are kept,
/// and only HTTP whitespace around a value is taken off. What it means is for
/// [`Policy::evaluate`](crate::Policy::evaluate) to say. Making one allocates nothing.
///
/// ```
/// use corsac::Request;
///
/// let request = Request::from_fields(
///     "OPTIONS",
///     [
///         ("Host", "api.example.com"),
///         ("Origin", "https://app.example.com"),
///         ("Access-Control-Request-Method", "PUT"),
///     ],
/// );
/// assert_eq!(request.origin(), Some(&b"https://app.example.com"[..]));
/// assert!(request.is_preflight());
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "they are the names of the fields they hold")]
pub struct Request<'r> {
    method: &'r [u8],
    pub(crate) origin: Value<'r>,
    pub(crate) request_method: Value<'r>,
    pub(crate) request_headers: Lines<'r>,
    private_network: Value<'r>,
    /// The origin as the `http` crate holds it, so that it can be given back without a copy.
    #[cfg(feature = "http")]
    pub(crate) origin_value: Option<&'r http::HeaderValue>,
}

/// The value of a field that is expected once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'r> {
    /// No such field.
    Absent,
    /// One, normalized.
    One(&'r [u8]),
    /// Several.
    Many,
}

impl<'r> Value<'r> {
    #[inline]
    pub(crate) fn push(&mut self, value: &'r [u8]) {
        *self = match self {
            Self::Absent => Self::One(normalize(value)),
            Self::One(_) | Self::Many => Self::Many,
        }
    }

    #[inline]
    pub(crate) fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// The values of a field that may come in several lines, normalized.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a request lies on the stack, and never for long")]
pub(crate) enum Lines<'r> {
    /// No such field.
    Absent,
    /// One, as browsers send it.
    One(&'r [u8]),
    /// As many as `length` says, the rest empty.
    Several { lines: [&'r [u8]; MOST_LINES], length: usize },
    /// More than any client sends.
    TooMany,
}

impl<'r> Lines<'r> {
    #[inline]
    fn push(&mut self, value: &'r [u8]) {
        match self {
            Self::Absent => *self = Self::One(normalize(value)),
            Self::TooMany => {}
            Self::One(_) | Self::Several { .. } => self.push_more(value),
        }
    }

    #[cold]
    fn push_more(&mut self, value: &'r [u8]) {
        if let Self::One(first) = *self {
            let mut lines = [&[][..]; MOST_LINES];
            if let Some(line) = lines.first_mut() {
                *line = first;
            }
            *self = Self::Several { lines, length: 1 };
        }
        if let Self::Several { lines, length } = self {
            if let Some(line) = lines.get_mut(*length) {
                *line = normalize(value);
                *length = length.saturating_add(1);
            } else {
                *self = Self::TooMany;
            }
        }
    }

    /// The lines; `None` if they are more than any client sends.
    #[inline]
    pub(crate) fn get(&self) -> Option<&[&'r [u8]]> {
        match self {
            Self::Absent => Some(&[]),
            Self::One(line) => Some(core::slice::from_ref(line)),
            Self::Several { lines, length } => lines.get(..*length),
            Self::TooMany => None,
        }
    }
}

/// The fields that CORS reads.
const ORIGIN: &[u8] = b"origin";
const REQUEST_METHOD: &[u8] = b"access-control-request-method";
const REQUEST_HEADERS: &[u8] = b"access-control-request-headers";
const REQUEST_PRIVATE_NETWORK: &[u8] = b"access-control-request-private-network";

/// A request of which nothing is left but that it has an origin.
#[cfg(feature = "http")]
pub(crate) static FORGOTTEN: Request<'static> = Request::with_origin(b"", Value::One(b""), None);

impl<'r> Request<'r> {
    /// A request without any field, to which [`push`](Self::push) adds.
    ///
    /// ```
    /// # use corsac::Request;
    /// let mut request = Request::new(b"GET");
    /// request.push(b"Origin", b"https://app.example.com");
    /// assert_eq!(request.origin(), Some(&b"https://app.example.com"[..]));
    /// ```
    #[inline]
    #[must_use]
    pub fn new(method: &'r [u8]) -> Self {
        Self {
            method,
            origin: Value::Absent,
            request_method: Value::Absent,
            request_headers: Lines::Absent,
            private_network: Value::Absent,
            #[cfg(feature = "http")]
            origin_value: None,
        }
    }

    /// A request whose origin has been looked up, without anything else.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) const fn with_origin(
        method: &'r [u8],
        origin: Value<'r>,
        origin_value: Option<&'r http::HeaderValue>,
    ) -> Self {
        Self {
            method,
            origin,
            request_method: Value::Absent,
            request_headers: Lines::Absent,
            private_network: Value::Absent,
            origin_value,
        }
    }

    /// Sets the other fields of a preflight, none of which came twice.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn set_preflight(
        &mut self,
        method: Option<&'r [u8]>,
        headers: Option<&'r [u8]>,
        private_network: Option<&'r [u8]>,
    ) {
        let one = |value: Option<&'r [u8]>| {
            value.map_or(Value::Absent, |value| Value::One(normalize(value)))
        };
        self.request_method = one(method);
        self.request_headers = headers.map_or(Lines::Absent, |value| Lines::One(normalize(value)));
        self.private_network = one(private_network);
    }

    /// Reads a request's fields in one pass. Names are compared without regard to case; fields
    /// that CORS does not read are passed over.
    ///
    /// ```
    /// # use corsac::Request;
    /// let fields = [("ORIGIN", "https://app.example.com"), ("Accept", "*/*")];
    /// let request = Request::from_fields("GET", fields);
    /// assert_eq!(request.origin(), Some(&b"https://app.example.com"[..]));
    /// ```
    pub fn from_fields<M, N, V>(method: &'r M, fields: impl IntoIterator<Item = (N, &'r V)>) -> Self
    where
        M: AsRef<[u8]> + ?Sized,
        N: AsRef<[u8]>,
        V: AsRef<[u8]> + ?Sized + 'r,
    {
        let mut request = Self::new(method.as_ref());
        for (name, value) in fields {
            request.push(name.as_ref(), value.as_ref());
        }
        request
    }

    /// Adds a field as it arrived, unless it is one that CORS does not read.
    ///
    /// ```
    /// # use corsac::Request;
    /// let mut request = Request::new(b"GET");
    /// request.push(b"origin", b" https://app.example.com ");
    /// request.push(b"cookie", b"id=1");
    /// assert_eq!(request.origin(), Some(&b"https://app.example.com"[..]));
    /// ```
    #[inline]
    pub fn push(&mut self, name: &[u8], value: &'r [u8]) {
        const ORIGIN_LENGTH: usize = ORIGIN.len();
        const METHOD_LENGTH: usize = REQUEST_METHOD.len();
        const HEADERS_LENGTH: usize = REQUEST_HEADERS.len();
        const PRIVATE_LENGTH: usize = REQUEST_PRIVATE_NETWORK.len();
        match name.len() {
            ORIGIN_LENGTH if name.eq_ignore_ascii_case(ORIGIN) => self.push_origin(value),
            METHOD_LENGTH if name.eq_ignore_ascii_case(REQUEST_METHOD) => {
                self.push_request_method(value);
            }
            // There is nothing more to learn from another line.
            HEADERS_LENGTH if matches!(self.request_headers, Lines::TooMany) => {}
            HEADERS_LENGTH if name.eq_ignore_ascii_case(REQUEST_HEADERS) => {
                self.push_request_headers(value);
            }
            PRIVATE_LENGTH if name.eq_ignore_ascii_case(REQUEST_PRIVATE_NETWORK) => {
                self.push_request_private_network(value);
            }
            _ => {}
        }
    }

    /// Adds the value of an `Origin` field, for callers that have found it already.
    ///
    /// See [`Origin`](https://fetch.spec.whatwg.org/#origin-header).
    ///
    /// ```
    /// # use corsac::Request;
    /// let mut request = Request::new(b"GET");
    /// request.push_origin(b"https://a.example");
    /// assert_eq!(request.origin(), Some(&b"https://a.example"[..]));
    /// // A second one is remembered: the request has no one origin any more.
    /// request.push_origin(b"https://b.example");
    /// assert_eq!(request.origin(), None);
    /// ```
    #[inline]
    pub fn push_origin(&mut self, value: &'r [u8]) {
        self.origin.push(value);
    }

    /// Adds the value of an `Access-Control-Request-Method` field.
    ///
    /// See [`Access-Control-Request-Method`](https://fetch.spec.whatwg.org/#http-access-control-request-method).
    ///
    /// ```
    /// # use corsac::Request;
    /// let mut request = Request::new(b"OPTIONS");
    /// request.push_origin(b"https://app.example.com");
    /// request.push_request_method(b"PUT");
    /// assert!(request.is_preflight());
    /// ```
    #[inline]
    pub fn push_request_method(&mut self, value: &'r [u8]) {
        self.request_method.push(value);
    }

    /// Adds the value of an `Access-Control-Request-Headers` field. Up to 16 are kept.
    ///
    /// See [`Access-Control-Request-Headers`](https://fetch.spec.whatwg.org/#http-access-control-request-headers).
    ///
    /// ```
    /// # use corsac::{Policy, Rejection, Request};
    /// # let policy = Policy::builder().allow_origins(["*"]).allow_methods(["PUT"]).build()?;
    /// let mut request = Request::new(b"OPTIONS");
    /// request.push_origin(b"https://app.example.com");
    /// request.push_request_method(b"PUT");
    /// request.push_request_headers(b"x-trace");
    /// let verdict = policy.evaluate(&request).verdict();
    /// assert_eq!(verdict.rejection(), Some(Rejection::HeaderNotAllowed));
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[inline]
    pub fn push_request_headers(&mut self, value: &'r [u8]) {
        self.request_headers.push(value);
    }

    /// Adds the value of an `Access-Control-Request-Private-Network` field.
    ///
    /// See [Private Network Access](https://wicg.github.io/private-network-access/#headers).
    ///
    /// ```
    /// # use corsac::{Policy, Rejection, Request};
    /// # let policy = Policy::builder().allow_origins(["*"]).allow_methods(["PUT"]).build()?;
    /// let mut request = Request::new(b"OPTIONS");
    /// request.push_origin(b"https://app.example.com");
    /// request.push_request_method(b"PUT");
    /// request.push_request_private_network(b"true");
    /// let verdict = policy.evaluate(&request).verdict();
    /// assert_eq!(verdict.rejection(), Some(Rejection::PrivateNetworkNotAllowed));
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[inline]
    pub fn push_request_private_network(&mut self, value: &'r [u8]) {
        self.private_network.push(value);
    }

    /// The request's own method.
    ///
    /// ```
    /// # use corsac::Request;
    /// assert_eq!(Request::new(b"DELETE").method(), b"DELETE");
    /// ```
    #[must_use]
    pub fn method(&self) -> &'r [u8] {
        self.method
    }

    /// The value of the one `Origin` field, if there is exactly one. It has not been checked.
    ///
    /// ```
    /// # use corsac::Request;
    /// let origins = [("Origin", "https://a.example"), ("Origin", "https://b.example")];
    /// assert_eq!(Request::from_fields("GET", origins).origin(), None);
    /// let request = Request::from_fields("GET", [("Origin", "not checked")]);
    /// assert_eq!(request.origin(), Some(&b"not checked"[..]));
    /// ```
    #[must_use]
    pub fn origin(&self) -> Option<&'r [u8]> {
        match self.origin {
            Value::One(value) => Some(value),
            Value::Absent | Value::Many => None,
        }
    }

    /// The method that a preflight asks for, if exactly one is. It has not been checked.
    ///
    /// A router that keeps a policy for each route chooses by this one for a preflight.
    ///
    /// ```
    /// # use corsac::Request;
    /// let fields = [("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT")];
    /// let request = Request::from_fields("OPTIONS", fields);
    /// let for_route = if request.is_preflight() { request.request_method() } else { None };
    /// assert_eq!(for_route.unwrap_or(request.method()), b"PUT");
    /// ```
    #[must_use]
    pub fn request_method(&self) -> Option<&'r [u8]> {
        match self.request_method {
            Value::One(value) => Some(value),
            Value::Absent | Value::Many => None,
        }
    }

    /// Whether this is a
    /// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): the method
    /// is `OPTIONS`, and it has an `Origin` and an `Access-Control-Request-Method`. Every other
    /// `OPTIONS` is the application's own.
    ///
    /// ```
    /// # use corsac::Request;
    /// let fields = [("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT")];
    /// assert!(Request::from_fields("OPTIONS", fields).is_preflight());
    /// assert!(!Request::from_fields("OPTIONS", [fields[0]]).is_preflight());
    /// assert!(!Request::from_fields("GET", fields).is_preflight());
    /// ```
    #[inline]
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.method == b"OPTIONS" && !self.origin.is_absent() && !self.request_method.is_absent()
    }

    /// Whether access to a private network is asked for: once, and with exactly `true`.
    #[inline]
    pub(crate) fn asks_for_private_network(&self) -> bool {
        self.private_network == Value::One(b"true")
    }
}
