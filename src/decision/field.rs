//! [`Field`]: what is put on a response, name by name.

use core::fmt;

use super::Decision;
use crate::policy::value::FieldValue;

/// The names of the response fields that belong to CORS. Applying a decision removes them all from
/// the response before it sets its own, so that nobody else's grant survives beside it.
///
/// The standard has them under [HTTP responses](https://fetch.spec.whatwg.org/#http-responses).
///
/// ```
/// use corsac::OWNED_FIELDS;
///
/// let mut response = vec![("content-type", "text/html"), ("access-control-allow-origin", "*")];
/// response.retain(|(name, _)| !OWNED_FIELDS.contains(name));
/// assert_eq!(response, [("content-type", "text/html")]);
/// ```
pub const OWNED_FIELDS: [&str; 7] = [
    FieldName::AllowOrigin.as_str(),
    FieldName::AllowCredentials.as_str(),
    FieldName::AllowMethods.as_str(),
    FieldName::AllowHeaders.as_str(),
    FieldName::ExposeHeaders.as_str(),
    FieldName::MaxAge.as_str(),
    FieldName::AllowPrivateNetwork.as_str(),
];

/// The name of a field that a decision puts on a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldName {
    AllowOrigin,
    AllowCredentials,
    AllowMethods,
    AllowHeaders,
    AllowPrivateNetwork,
    ExposeHeaders,
    MaxAge,
    Vary,
}

impl FieldName {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AllowOrigin => "access-control-allow-origin",
            Self::AllowCredentials => "access-control-allow-credentials",
            Self::AllowMethods => "access-control-allow-methods",
            Self::AllowHeaders => "access-control-allow-headers",
            Self::AllowPrivateNetwork => "access-control-allow-private-network",
            Self::ExposeHeaders => "access-control-expose-headers",
            Self::MaxAge => "access-control-max-age",
            Self::Vary => "vary",
        }
    }
}

/// The values that are the same for every policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    True,
    Any,
    AnyAndAuthorization,
    SafelistedMethods,
    VaryByOrigin,
    /// What the answer to a preflight depends on besides the origin.
    VaryOfPreflight,
    VaryOfPreflightByOrigin,
}

impl Text {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Any => "*",
            Self::AnyAndAuthorization => "*, authorization",
            Self::SafelistedMethods => "GET, HEAD, POST",
            Self::VaryByOrigin => "origin",
            Self::VaryOfPreflight => {
                "access-control-request-method, access-control-request-headers, \
                 access-control-request-private-network"
            }
            Self::VaryOfPreflightByOrigin => {
                "origin, access-control-request-method, access-control-request-headers, \
                 access-control-request-private-network"
            }
        }
    }
}

/// One field of a response.
///
/// ```
/// # use corsac::{Policy, Request};
/// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
/// # let decision = policy.evaluate(&request);
/// for field in decision.fields() {
///     // access-control-allow-origin: https://app.example.com, then vary: origin
///     println!("{}: {}", field.name(), field.value().escape_ascii());
/// }
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Field<'d> {
    name: FieldName,
    source: FieldSource<'d>,
}

/// Where the value of a field comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldSource<'d> {
    /// The same for every policy.
    Static(Text),
    /// Made when the policy was.
    Policy(&'d FieldValue),
    /// The request's origin, which is allowed.
    Origin(&'d [u8]),
    /// Something else of the request that was validated.
    Request(&'d [u8]),
    /// The lines of `Access-Control-Request-Headers`, each in a field of its own.
    Requested,
}

impl<'d> Field<'d> {
    /// The name, in lower case.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// # let decision = policy.evaluate(&request);
    /// let first = decision.fields().next().unwrap();
    /// assert_eq!(first.name(), "access-control-allow-origin");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name.as_str()
    }

    /// The value: printable ASCII, all of it the policy's own or validated.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// # let decision = policy.evaluate(&request);
    /// let first = decision.fields().next().unwrap();
    /// assert_eq!(first.value(), b"https://app.example.com");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn value(&self) -> &'d [u8] {
        match self.source {
            FieldSource::Static(text) => text.as_str().as_bytes(),
            FieldSource::Policy(value) => value.as_bytes(),
            FieldSource::Origin(bytes) | FieldSource::Request(bytes) => bytes,
            // Fields put the lines in its place.
            FieldSource::Requested => b"",
        }
    }

    /// Whether this is `vary`, to be merged with what the response says already.
    ///
    /// Why there is one: [CORS protocol and HTTP
    /// caches](https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches).
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// # let decision = policy.evaluate(&request);
    /// let vary = decision.fields().find(|field| field.is_vary()).unwrap();
    /// assert_eq!(vary.value(), b"origin");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn is_vary(&self) -> bool {
        self.name == FieldName::Vary
    }
}

impl PartialEq for Field<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value() == other.value()
    }
}

impl Eq for Field<'_> {}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name())?;
        write_escaped(f, self.value())
    }
}

/// Who is told the fields of a decision. It is no closure, so that it can be compiled where it is
/// told: what is made of a field is then known there, but for what depends on the request.
pub(crate) trait TakeField<'d> {
    fn take(&mut self, name: FieldName, source: FieldSource<'d>);
}

/// The fields of a [`Decision`], in their fixed order.
///
/// ```
/// # use corsac::{Policy, Request};
/// # let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// # let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
/// # let decision = policy.evaluate(&request);
/// let (vary, own): (Vec<_>, Vec<_>) = decision.fields().partition(|field| field.is_vary());
/// assert_eq!(own[0].name(), "access-control-allow-origin");
/// assert_eq!(vary[0].value(), b"origin");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fields<'d> {
    /// As many as there are, from the front.
    places: [Option<Field<'d>>; MOST_FIELDS],
    at: usize,
    /// The lines of the request that are given back where [`FieldSource::Requested`] stands.
    requested: &'d [&'d [u8]],
}

/// More than any decision has: no answer has both what is exposed and what a preflight asks for.
const MOST_FIELDS: usize = 8;

impl<'d> Fields<'d> {
    pub(super) fn of(decision: &Decision<'d>) -> Self {
        let mut places = Places { places: [None; MOST_FIELDS], taken: 0 };
        decision.emit(&mut places);
        Self { places: places.places, at: 0, requested: decision.requested() }
    }
}

/// As many fields as there are, from the front.
struct Places<'d> {
    places: [Option<Field<'d>>; MOST_FIELDS],
    taken: usize,
}

impl<'d> TakeField<'d> for Places<'d> {
    fn take(&mut self, name: FieldName, source: FieldSource<'d>) {
        if let Some(place) = self.places.get_mut(self.taken) {
            *place = Some(Field { name, source });
            self.taken = self.taken.saturating_add(1);
        }
    }
}

impl<'d> Iterator for Fields<'d> {
    type Item = Field<'d>;

    fn next(&mut self) -> Option<Field<'d>> {
        loop {
            let field = (*self.places.get(self.at)?)?;
            if field.source != FieldSource::Requested {
                self.at = self.at.saturating_add(1);
                return Some(field);
            }
            let Some((line, rest)) = self.requested.split_first() else {
                self.at = self.at.saturating_add(1);
                continue;
            };
            self.requested = rest;
            if !line.is_empty() {
                return Some(Field { name: field.name, source: FieldSource::Request(line) });
            }
        }
    }
}

impl core::iter::FusedIterator for Fields<'_> {}

/// Writes bytes of any kind so that they are fit for a log or a terminal.
pub(super) fn write_escaped(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{}", byte.escape_ascii()))
}
