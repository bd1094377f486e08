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

use crate::decision::{Decision, Field, FieldSource, OWNED_FIELDS};
use crate::request::{MOST_LINES, Request};
use crate::syntax::is_ows;

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");

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
        // Inlined as far as here, so that the request is made where it stays.
        let mut request = Self::new(method.as_str().as_bytes());
        for value in headers.get_all(ORIGIN) {
            request.push_origin(value.as_bytes());
            request.origin_value = Some(value);
        }
        // Only a preflight's other fields mean anything, and only an OPTIONS can be one.
        if *method == Method::OPTIONS && request.origin_value.is_some() {
            request.read_preflight(headers);
        }
        request
    }

    fn read_preflight(&mut self, headers: &'r HeaderMap) {
        let request = self;
        for value in headers.get_all(ACCESS_CONTROL_REQUEST_METHOD) {
            request.push_request_method(value.as_bytes());
        }
        // One line more than is kept says that there are too many.
        let lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
        for value in lines.take(MOST_LINES.saturating_add(1)) {
            request.push_request_headers(value.as_bytes());
        }
        for value in headers.get_all(REQUEST_PRIVATE_NETWORK) {
            request.push_request_private_network(value.as_bytes());
        }
    }
}

impl Decision<'_> {
    /// Puts the decision on a response.
    ///
    /// Removes every CORS field that somebody else has put there, sets its own, and merges `Vary`:
    /// names that are there already, in any case, are not repeated, and a `Vary: *` says it all.
    /// It cannot fail; a map that is full (`http` holds 32,768 fields) is left without grants.
    pub fn apply(&self, headers: &mut HeaderMap) {
        remove_owned(headers);
        for field in self.fields() {
            put(headers, name_of(&field), self.value_of(&field));
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
        ResponseFields { fields: self.fields().map(|f| (name_of(&f), self.value_of(&f))).collect() }
    }

    fn value_of(&self, field: &Field<'_>) -> HeaderValue {
        match (field.source(), self.request.origin_value) {
            (FieldSource::Static(text), _) => HeaderValue::from_static(text),
            (FieldSource::Policy(value), _) => value.to_header_value(),
            // Unless there was whitespace around it, it is the value that arrived.
            (FieldSource::Origin(bytes), Some(value)) if value.len() == bytes.len() => {
                let mut value = value.clone();
                value.set_sensitive(false);
                value
            }
            // What was validated is always a header value; an empty one would grant nothing.
            (FieldSource::Origin(bytes) | FieldSource::Request(bytes), _) => {
                HeaderValue::from_bytes(bytes).unwrap_or_else(|_| HeaderValue::from_static(""))
            }
        }
    }
}

/// The fields of a [`Decision`] that has outlived its request.
#[derive(Clone, Debug)]
pub struct ResponseFields {
    fields: SmallVec<[(HeaderName, HeaderValue); 4]>,
}

impl ResponseFields {
    /// Puts them on a response, as [`Decision::apply`] does.
    pub fn apply(self, headers: &mut HeaderMap) {
        remove_owned(headers);
        for (name, value) in self.fields {
            put(headers, name, value);
        }
    }
}

fn name_of(field: &Field<'_>) -> HeaderName {
    match field.name() {
        "access-control-allow-origin" => ACCESS_CONTROL_ALLOW_ORIGIN,
        "access-control-allow-credentials" => ACCESS_CONTROL_ALLOW_CREDENTIALS,
        "access-control-allow-methods" => ACCESS_CONTROL_ALLOW_METHODS,
        "access-control-allow-headers" => ACCESS_CONTROL_ALLOW_HEADERS,
        "access-control-expose-headers" => ACCESS_CONTROL_EXPOSE_HEADERS,
        "access-control-max-age" => ACCESS_CONTROL_MAX_AGE,
        "vary" => VARY,
        other => HeaderName::from_static(other),
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    let value = if name == VARY && headers.contains_key(VARY) {
        let Some(missing) = missing_from_vary(headers, value) else { return };
        missing
    } else {
        value
    };
    // The names are distinct, but for the lines of a list that is given back.
    let _full = headers.try_append(name, value);
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

/// Takes off whatever CORS fields are there.
fn remove_owned(headers: &mut HeaderMap) {
    // One walk over the names costs less than looking for seven that are hardly ever there.
    if headers.keys().any(|name| name.as_str().starts_with("access-control-")) {
        for name in OWNED_FIELDS {
            headers.remove(name);
        }
    }
}
