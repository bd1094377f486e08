//! [`Decision::apply`]: a decision on a response.

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap,
    HeaderName, HeaderValue, VARY,
};
use smallvec::SmallVec;

use super::vary::add_vary;
use crate::decision::{
    Decision, FieldName, FieldSource, Kind, Named, OWNED_FIELDS, TakeField, Text,
};
use crate::policy::Origins;

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
        if self.kind == Kind::Preflight {
            self.apply_for_preflight(headers);
        } else {
            self.apply_for_others(&mut self.named_origin(), headers);
        }
    }

    #[inline(never)]
    fn apply_for_preflight(&self, headers: &mut HeaderMap) {
        let is_bare = remove_owned(headers);
        if is_bare && let Some(prepared) = self.prepared() {
            let origin = self.listed_origin().or_else(|| self.named_origin());
            prepared.put_on(origin, headers);
        } else {
            let origin = &mut self.named_origin();
            self.emit_for_preflight(&mut Putting { decision: self, origin, is_bare, headers });
        }
    }

    /// Puts a decision on a response that is none to a preflight, with the value that names the
    /// origin, if the response does.
    #[inline]
    pub(crate) fn apply_for_others(
        &self,
        origin: &mut Option<HeaderValue>,
        headers: &mut HeaderMap,
    ) {
        let is_bare = remove_owned(headers);
        self.emit_for_others(&mut Putting { decision: self, origin, is_bare, headers });
    }

    /// The value that names the origin, if it is the one that the policy lists.
    #[inline]
    fn listed_origin(&self) -> Option<HeaderValue> {
        match (self.named, &self.policy.origins) {
            (Named::Listed, Origins::One(origin)) => Some(origin.to_header_value()),
            _ => None,
        }
    }

    /// The value that names the origin, if the response does so as it came.
    #[inline]
    pub(crate) fn named_origin(&self) -> Option<HeaderValue> {
        let origin = self.origin_to_name()?;
        Some(match self.request.origin_value {
            // Unless there was whitespace around it, it is the value that arrived.
            Some(value) if value.len() == origin.len() => {
                let mut value = value.clone();
                value.set_sensitive(false);
                value
            }
            _ => value_of_bytes(origin),
        })
    }

    /// A value for each line of [`FieldSource::Requested`].
    fn requested_values(&self) -> impl Iterator<Item = HeaderValue> {
        let lines = self.requested().iter().filter(|line| !line.is_empty());
        lines.map(|line| value_of_bytes(line))
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
        let origin = &mut self.named_origin();
        self.emit(&mut Collecting { decision: self, origin, fields: &mut fields });
        ResponseFields { fields }
    }
}

/// Puts each field on a response. To name the value first, as [`Collecting`] does, would move it once
/// more.
struct Putting<'v, 'd> {
    decision: &'v Decision<'d>,
    /// The value that names the origin.
    origin: &'v mut Option<HeaderValue>,
    is_bare: bool,
    headers: &'v mut HeaderMap,
}

impl<'d> TakeField<'d> for Putting<'_, 'd> {
    #[expect(clippy::inline_always, reason = "what the source is, is known where it is told")]
    #[inline(always)]
    fn take(&mut self, name: FieldName, source: FieldSource<'d>) {
        let (headers, is_bare) = (&mut *self.headers, self.is_bare);
        match source {
            FieldSource::Static(text) => put(headers, is_bare, name, value_of_text(text)),
            FieldSource::Policy(value) => put(headers, is_bare, name, value.to_header_value()),
            FieldSource::Origin(_) => {
                put(headers, is_bare, name, self.origin.take().unwrap_or_else(nothing));
            }
            FieldSource::Request(bytes) => put(headers, is_bare, name, value_of_bytes(bytes)),
            FieldSource::Requested => {
                let lines = self.decision.requested_values();
                lines.for_each(|value| put(headers, is_bare, name, value));
            }
        }
    }
}

/// Collects a name and a value for each field.
struct Collecting<'v, 'd> {
    decision: &'v Decision<'d>,
    /// The value that names the origin.
    origin: &'v mut Option<HeaderValue>,
    fields: &'v mut SmallVec<[(FieldName, HeaderValue); 4]>,
}

impl<'d> TakeField<'d> for Collecting<'_, 'd> {
    fn take(&mut self, name: FieldName, source: FieldSource<'d>) {
        let value = match source {
            FieldSource::Static(text) => value_of_text(text),
            FieldSource::Policy(value) => value.to_header_value(),
            FieldSource::Origin(_) => self.origin.take().unwrap_or_else(nothing),
            FieldSource::Request(bytes) => value_of_bytes(bytes),
            FieldSource::Requested => {
                let lines = self.decision.requested_values();
                return self.fields.extend(lines.map(|value| (name, value)));
            }
        };
        self.fields.push((name, value));
    }
}

/// What was validated is always a header value; were it not, it would grant nothing.
#[cold]
fn value_of_bytes(bytes: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(bytes).unwrap_or_else(|_| nothing())
}

/// The value that grants nothing.
fn nothing() -> HeaderValue {
    HeaderValue::from_static("")
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
    pub fn apply(&self, headers: &mut HeaderMap) {
        let is_bare = remove_owned(headers);
        for (name, value) in &self.fields {
            put(headers, is_bare, *name, value.clone());
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
#[inline]
fn put(headers: &mut HeaderMap, is_bare: bool, name: FieldName, value: HeaderValue) {
    if name == FieldName::Vary && !is_bare {
        add_vary(headers, value);
    } else {
        append(headers, name, value);
    }
}

#[inline(never)]
fn append(headers: &mut HeaderMap, name: FieldName, value: HeaderValue) {
    // A name that is known here takes less to look for.
    if name == FieldName::AllowOrigin {
        let _full = headers.try_append(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        return;
    }
    // The names are distinct, but for the lines of a list that is given back.
    if let Some(name) = RESPONSE_NAMES.get(name as usize) {
        let _full = headers.try_append(name, value);
    }
}

/// Takes off whatever CORS fields are there. Whether there are no fields at all.
#[inline]
fn remove_owned(headers: &mut HeaderMap) -> bool {
    if headers.is_empty() {
        return true;
    }
    // One walk over the names costs less than looking for seven that are hardly ever there.
    if headers.keys().any(|name| name.as_str().starts_with("access-control-")) {
        remove_all_owned(headers);
    }
    false
}

#[cold]
fn remove_all_owned(headers: &mut HeaderMap) {
    for name in OWNED_FIELDS {
        headers.remove(name);
    }
}
