//! The adapter for the [`http`](https://docs.rs/http) crate: [`Request::from_http`],
//! [`Decision::apply`].

use alloc::vec::Vec;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};
use smallvec::SmallVec;

use crate::decision::{Decision, FieldName, FieldSource, OWNED_FIELDS, Text};
use crate::request::{MOST_LINES, Request, Value};
use crate::syntax::{is_ows, normalize};

impl<'r> Request<'r> {
    /// Reads what CORS needs of a request: its method and headers.
    ///
    /// ```
    /// use corsac::{Policy, Request};
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let incoming = http::Request::get("https://api.example.com/things")
    ///     .header("origin", "https://app.example.com")
    ///     .body(())?;
    /// let request = Request::from_http(incoming.method(), incoming.headers());
    /// let decision = policy.evaluate(&request);
    ///
    /// let mut response = http::Response::new("things");
    /// decision.apply(response.headers_mut());
    /// assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example.com");
    /// assert_eq!(response.headers()["vary"], "origin");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn from_http(method: &'r Method, headers: &'r HeaderMap) -> Self {
        // A request is made where it stays, and not before everything is known: it is large.
        let method = method.as_str().as_bytes();
        let (origin, origin_value) = find_origin(headers);
        // Only a preflight's other fields mean anything, and only an OPTIONS can be one.
        if origin_value.is_some() && method == b"OPTIONS" {
            Self::with_preflight(method, origin, origin_value, headers)
        } else {
            Self::with_origin(method, origin, origin_value)
        }
    }

    #[inline(never)]
    fn with_preflight(
        method: &'r [u8],
        origin: Value<'r>,
        origin_value: Option<&'r HeaderValue>,
        headers: &'r HeaderMap,
    ) -> Self {
        if headers.keys_len() != headers.len() {
            return Self::with_repeats(method, origin, origin_value, headers);
        }
        // No field comes twice, and there is nothing to follow from value to value.
        let get = |name| headers.get(name).map(HeaderValue::as_bytes);
        let [request_method, request_headers, private_network] = NAMES.each_ref().map(get);
        let mut request = Self::with_origin(method, origin, origin_value);
        request.set_preflight(request_method, request_headers, private_network);
        request
    }

    #[cold]
    fn with_repeats(
        method: &'r [u8],
        origin: Value<'r>,
        origin_value: Option<&'r HeaderValue>,
        headers: &'r HeaderMap,
    ) -> Self {
        let [request_method, request_headers, private_network] = &NAMES;
        let mut request = Self::with_origin(method, origin, origin_value);
        // A second one says all that there is to say of more.
        for value in headers.get_all(request_method).iter().take(2) {
            request.push_request_method(value.as_bytes());
        }
        // One line more than is kept says that there are too many.
        for value in headers.get_all(request_headers).iter().take(MOST_LINES.saturating_add(1)) {
            request.push_request_headers(value.as_bytes());
        }
        for value in headers.get_all(private_network).iter().take(2) {
            request.push_request_private_network(value.as_bytes());
        }
        request
    }
}

/// What is looked up of a preflight besides its origin, made once.
static NAMES: [HeaderName; 3] = [
    ACCESS_CONTROL_REQUEST_METHOD,
    ACCESS_CONTROL_REQUEST_HEADERS,
    HeaderName::from_static("access-control-request-private-network"),
];

#[inline(never)]
fn find_origin(headers: &HeaderMap) -> (Value<'_>, Option<&HeaderValue>) {
    if headers.keys_len() != headers.len() {
        return find_origins(headers);
    }
    match headers.get(ORIGIN) {
        Some(value) => (Value::One(normalize(value.as_bytes())), Some(value)),
        None => (Value::Absent, None),
    }
}

#[cold]
fn find_origins(headers: &HeaderMap) -> (Value<'_>, Option<&HeaderValue>) {
    let (mut origin, mut last) = (Value::Absent, None);
    // Two are as good as a thousand: neither is the origin.
    for value in headers.get_all(&ORIGIN).iter().take(2) {
        origin.push(value.as_bytes());
        last = Some(value);
    }
    (origin, last)
}

impl Decision<'_> {
    /// Puts the decision on a response.
    ///
    /// Removes every CORS field that somebody else has put there, sets its own, and merges `Vary`:
    /// names that are there already, in any case, are not repeated, and a `Vary: *` says it all.
    /// It cannot fail; a map that is full (`http` holds 32,768 fields) is left without grants.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// let mut response = http::Response::builder()
    ///     .header("vary", "accept-encoding")
    ///     .header("access-control-allow-origin", "*")
    ///     .body(())?;
    /// policy.evaluate(&request).apply(response.headers_mut());
    /// let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
    /// assert_eq!(vary, ["accept-encoding", "origin"]);
    /// assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&self, headers: &mut HeaderMap) {
        let is_bare = remove_owned(headers);
        self.emit(|name, source| {
            self.each_value(name, source, |name, value| put(headers, is_bare, name, value));
        });
    }

    /// Makes the values of a field: one, or one for each line that is given back.
    #[inline]
    fn each_value(
        &self,
        name: FieldName,
        source: FieldSource<'_>,
        mut put: impl FnMut(FieldName, HeaderValue),
    ) {
        if source == FieldSource::Requested {
            for line in self.requested().iter().filter(|line| !line.is_empty()) {
                put(name, value_of_bytes(line));
            }
        } else {
            put(name, self.value_of(source));
        }
    }

    /// The whole response to a preflight, with its status and fields and an empty body; `None` for
    /// any other request.
    ///
    /// ```
    /// use corsac::{Policy, Request};
    ///
    /// let policy = Policy::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .allow_methods(["PUT"])
    ///     .build()?;
    /// let incoming = http::Request::options("https://api.example.com/things/1")
    ///     .header("origin", "https://app.example.com")
    ///     .header("access-control-request-method", "PUT")
    ///     .body(())?;
    /// let request = Request::from_http(incoming.method(), incoming.headers());
    /// let response: http::Response<String> =
    ///     policy.evaluate(&request).preflight_response().expect("it is a preflight");
    /// assert_eq!(response.status(), 204);
    /// assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn preflight_response<B: Default>(&self) -> Option<http::Response<B>> {
        // A status that a policy can have is always one to `http`.
        let status = StatusCode::from_u16(self.status()?).unwrap_or(StatusCode::FORBIDDEN);
        let mut response = http::Response::new(B::default());
        *response.status_mut() = status;
        self.apply(response.headers_mut());
        Some(response)
    }

    /// The fields as values of their own, for a server that hands the request on before it has a
    /// response to put them on. Nothing is copied for an actual request: the values are shared.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # fn handle(_: http::Request<()>) -> http::Response<()> { http::Response::new(()) }
    /// # let incoming = http::Request::get("/").header("origin", "https://app.example.com").body(())?;
    /// let fields = {
    ///     let request = Request::from_http(incoming.method(), incoming.headers());
    ///     policy.evaluate(&request).to_response_fields()
    /// };
    /// let mut response = handle(incoming);
    /// fields.apply(response.headers_mut());
    /// # assert!(response.headers().contains_key("access-control-allow-origin"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_response_fields(&self) -> ResponseFields {
        let mut fields = SmallVec::new();
        self.emit(|name, source| {
            self.each_value(name, source, |name, value| fields.push((name, value)));
        });
        ResponseFields { fields }
    }

    #[inline]
    fn value_of(&self, source: FieldSource<'_>) -> HeaderValue {
        match (source, self.request.origin_value) {
            (FieldSource::Static(text), _) => value_of_text(text),
            (FieldSource::Policy(value), _) => value.to_header_value(),
            // Unless there was whitespace around it, it is the value that arrived.
            (FieldSource::Origin(bytes), Some(value)) if value.len() == bytes.len() => {
                let mut value = value.clone();
                value.set_sensitive(false);
                value
            }
            (FieldSource::Origin(bytes) | FieldSource::Request(bytes), _) => value_of_bytes(bytes),
            (FieldSource::Requested, _) => value_of_bytes(b""),
        }
    }
}

/// What was validated is always a header value; were it not, an empty one would grant nothing.
#[cold]
fn value_of_bytes(bytes: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(bytes).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The fields of a [`Decision`] that has outlived its request.
///
/// ```
/// # use corsac::{Policy, Request, ResponseFields};
/// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// let fields: ResponseFields = {
///     let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
///     policy.evaluate(&request).to_response_fields()
/// };
/// // The request is gone; the fields go on the response whenever there is one.
/// let mut response = http::Response::new(());
/// fields.apply(response.headers_mut());
/// assert_eq!(response.headers()["vary"], "origin");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseFields {
    fields: SmallVec<[(FieldName, HeaderValue); 4]>,
}

impl ResponseFields {
    /// Puts them on a response, as [`Decision::apply`] does.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// let fields = policy.evaluate(&request).to_response_fields();
    /// let mut response = http::Response::new(());
    /// fields.apply(response.headers_mut());
    /// assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example.com");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    pub fn apply(self, headers: &mut HeaderMap) {
        let is_bare = remove_owned(headers);
        for (name, value) in self.fields {
            put(headers, is_bare, name, value);
        }
    }
}

/// In the order of [`FieldName`].
static RESPONSE_NAMES: [HeaderName; 8] = [
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_HEADERS,
    HeaderName::from_static("access-control-allow-private-network"),
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    VARY,
];

/// Checked by the compiler, so that it need not be for each response.
fn value_of_text(text: Text) -> HeaderValue {
    const fn value(text: Text) -> HeaderValue {
        HeaderValue::from_static(text.as_str())
    }
    match text {
        Text::True => const { value(Text::True) },
        Text::Any => const { value(Text::Any) },
        Text::AnyAndAuthorization => const { value(Text::AnyAndAuthorization) },
        Text::SafelistedMethods => const { value(Text::SafelistedMethods) },
        Text::VaryByOrigin => const { value(Text::VaryByOrigin) },
        Text::VaryOfPreflight => const { value(Text::VaryOfPreflight) },
        Text::VaryOfPreflightByOrigin => const { value(Text::VaryOfPreflightByOrigin) },
    }
}

/// Puts a field on a response, of whose own fields none belongs to CORS. If it has none at all,
/// there is no `Vary` to merge with.
#[inline(never)]
fn put(headers: &mut HeaderMap, is_bare: bool, name: FieldName, value: HeaderValue) {
    let value = if name == FieldName::Vary && !is_bare && headers.contains_key(VARY) {
        let Some(missing) = missing_from_vary(headers, value) else { return };
        missing
    } else {
        value
    };
    // The names are distinct, but for the lines of a list that is given back.
    if let Some(name) = RESPONSE_NAMES.get(name as usize) {
        let _full = headers.try_append(name, value);
    }
}

/// What `Vary` does not say yet; `None` if it says it all.
fn missing_from_vary(headers: &HeaderMap, value: HeaderValue) -> Option<HeaderValue> {
    let there = || headers.get_all(VARY).into_iter().flat_map(|line| members(line.as_bytes()));
    if there().any(|name| name == b"*") {
        return None;
    }
    let is_missing = |name: &&[u8]| !there().any(|other| other.eq_ignore_ascii_case(name));
    let wanted = || members(value.as_bytes());
    match (wanted().filter(is_missing).count(), wanted().count()) {
        (0, _) => None,
        (missing, all) if missing == all => Some(value),
        _ => {
            let names: Vec<&[u8]> = wanted().filter(is_missing).collect();
            HeaderValue::from_bytes(&names.join(&b", "[..])).ok()
        }
    }
}

/// Adds names to `Vary`, but for those that it says already.
#[cfg(feature = "tower")]
pub(crate) fn add_vary(headers: &mut HeaderMap, names: HeaderValue) {
    let missing =
        if headers.contains_key(VARY) { missing_from_vary(headers, names) } else { Some(names) };
    if let Some(names) = missing {
        let _full = headers.try_append(VARY, names);
    }
}

/// The members of a list of names, [RFC 9110, section
/// 5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(trim_ows).filter(|name| !name.is_empty())
}

fn trim_ows(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_ows(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_ows(*last)
    {
        bytes = rest;
    }
    bytes
}

/// Takes off whatever CORS fields are there. Whether there are no fields at all.
fn remove_owned(headers: &mut HeaderMap) -> bool {
    if headers.is_empty() {
        return true;
    }
    // One walk over the names costs less than looking for seven that are hardly ever there.
    if headers.keys().any(|name| name.as_str().starts_with("access-control-")) {
        for name in OWNED_FIELDS {
            headers.remove(name);
        }
    }
    false
}
