//! The adapter for the [`http`](https://docs.rs/http) crate: [`Request::from_http`],
//! [`Decision::apply`](crate::Decision::apply).

use http::Method;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName,
    HeaderValue, ORIGIN,
};

use crate::request::{Lines, MOST_LINES, Request, Value};
use crate::syntax::normalize;

pub(crate) mod prepared;
mod response;
mod vary;

pub use response::ResponseFields;
#[cfg(feature = "tower")]
pub(crate) use vary::add_vary;

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
        Self::of_map(|| method.as_str().as_bytes(), *method == Method::OPTIONS, headers)
    }

    /// The same, for whoever does not ask what the method of a request that is no `OPTIONS` is: to
    /// CORS they are all alike.
    #[inline]
    pub(crate) fn of_map(
        method: impl Fn() -> &'r [u8],
        is_options: bool,
        headers: &'r HeaderMap,
    ) -> Self {
        // A request is made where it stays, and not before everything is known: it is large.
        let of = |origin, value| Self::with_origin(method(), origin, value);
        // Only a preflight's other fields mean anything, and only an OPTIONS can be one.
        match find_origin(headers) {
            Found::None => of(Value::Absent, None),
            found if is_options => Self::with_preflight(found, headers),
            found => {
                let (origin, value) = found.read();
                of(origin, value)
            }
        }
    }

    #[inline(never)]
    fn with_preflight(origin: Found<'r>, headers: &'r HeaderMap) -> Self {
        let (origin, origin_value) = origin.read();
        if headers.keys_len() != headers.len() {
            return Self::with_repeats(origin, origin_value, headers);
        }
        // No field comes twice, and there is nothing to follow from value to value.
        let get = |name| headers.get(name).map(HeaderValue::as_bytes);
        let [request_method, request_headers, private_network] = NAMES.each_ref().map(get);
        let mut request = Self::with_origin(b"OPTIONS", origin, origin_value);
        request.set_preflight(request_method, request_headers, private_network);
        request
    }

    #[cold]
    fn with_repeats(
        origin: Value<'r>,
        origin_value: Option<&'r HeaderValue>,
        headers: &'r HeaderMap,
    ) -> Self {
        let [request_method, request_headers, private_network] = &NAMES;
        let mut request = Self::with_origin(b"OPTIONS", origin, origin_value);
        // A second one says all that there is to say of more.
        for value in headers.get_all(request_method).iter().take(2) {
            request.push_request_method(value.as_bytes());
        }
        // Where there are too many lines, none of them says anything.
        let lines = headers.get_all(request_headers);
        if lines.iter().nth(MOST_LINES).is_some() {
            request.request_headers = Lines::TooMany;
        } else {
            lines.iter().for_each(|value| request.push_request_headers(value.as_bytes()));
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

/// How often a field is there.
#[derive(Clone, Copy)]
enum Found<'r> {
    None,
    One(&'r HeaderValue),
    /// More than once; this is one of the values.
    Several(&'r HeaderValue),
}

impl<'r> Found<'r> {
    #[inline]
    fn read(self) -> (Value<'r>, Option<&'r HeaderValue>) {
        match self {
            Self::None => (Value::Absent, None),
            Self::One(value) => (Value::One(normalize(value.as_bytes())), Some(value)),
            Self::Several(value) => (Value::Many, Some(value)),
        }
    }
}

#[inline]
fn find_origin(headers: &HeaderMap) -> Found<'_> {
    let mut values = headers.get_all(ORIGIN).iter();
    let no_field_comes_twice = || headers.keys_len() == headers.len();
    match values.next() {
        None => Found::None,
        Some(value) if no_field_comes_twice() || values.next().is_none() => Found::One(value),
        // Two are as good as a thousand: neither is the origin.
        Some(value) => Found::Several(value),
    }
}
