//! [`Decision`]: what to answer, as a value.

use core::fmt::{self, Write as _};

use crate::policy::{Inner, Origins, methods::Methods, names::Names, value::FieldValue};
use crate::rejection::Rejection;
use crate::request::Request;

/// The class of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It has no `Origin`.
    NotCors,
    /// It has an `Origin` and is not a preflight: a
    /// [CORS request](https://fetch.spec.whatwg.org/#cors-request), or a same-origin one that has
    /// an `Origin` too, which the server cannot tell apart and need not.
    Actual,
    /// A [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
    Preflight,
}

impl Kind {
    /// A stable name for programs: `not-cors`, `actual` or `preflight`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCors => "not-cors",
            Self::Actual => "actual",
            Self::Preflight => "preflight",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the policy allows a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does, or CORS has no say.
    Allow,
    /// It does not, for this reason.
    Deny(Rejection),
}

impl Verdict {
    /// Whether it is [`Allow`](Self::Allow).
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }

    /// The reason, if it is [`Deny`](Self::Deny).
    #[must_use]
    pub const fn rejection(self) -> Option<Rejection> {
        match self {
            Self::Allow => None,
            Self::Deny(rejection) => Some(rejection),
        }
    }
}

/// What a policy says to a request: its class, the verdict, and the fields to put on the response.
///
/// A refused request is a value too, not an error: its response still varies by origin, and
/// whether a refused actual request is answered 403 or handled is the embedder's choice. CORS does
/// not ask for the former: the browser keeps the response from the page that must not read it.
///
/// ```
/// use corsac::{Kind, Policy, Request};
///
/// let policy = Policy::builder()
///     .allow_origins(["https://app.example.com"])
///     .allow_methods(["PUT"])
///     .build()?;
/// let request = Request::from_fields(
///     "OPTIONS",
///     [("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "PUT")],
/// );
/// let decision = policy.evaluate(&request);
/// assert_eq!(decision.kind(), Kind::Preflight);
/// // A preflight is answered now; the handler never sees it.
/// assert_eq!(decision.status(), Some(204));
/// let fields: Vec<_> = decision.fields().map(|field| (field.name(), field.value())).collect();
/// assert_eq!(fields[0], ("access-control-allow-origin", &b"https://app.example.com"[..]));
/// assert_eq!(fields[1], ("access-control-allow-methods", &b"PUT"[..]));
/// assert_eq!(fields[2].0, "vary");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Decision<'d> {
    pub(crate) policy: &'d Inner,
    pub(crate) request: &'d Request<'d>,
    pub(crate) kind: Kind,
    pub(crate) verdict: Verdict,
    /// The bytes for which it was refused; empty where there are none to show.
    pub(crate) offending: &'d [u8],
    /// Whether the answer depends on the origin.
    pub(crate) by_origin: bool,
}

/// The names of the response fields that belong to CORS. Applying a decision removes them all from
/// the response before it sets its own, so that nobody else's grant survives beside it.
pub const OWNED_FIELDS: [&str; 7] = [
    ALLOW_ORIGIN,
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    "access-control-expose-headers",
    MAX_AGE,
    ALLOW_PRIVATE_NETWORK,
];

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_PRIVATE_NETWORK: &str = "access-control-allow-private-network";
const EXPOSE_HEADERS: &str = "access-control-expose-headers";
const MAX_AGE: &str = "access-control-max-age";
const VARY: &str = "vary";
const SAFELISTED_METHODS: FieldSource<'_> = FieldSource::Static("GET, HEAD, POST");
const TRUE: FieldSource<'_> = FieldSource::Static("true");

/// What the answer to a preflight depends on besides the origin.
const VARY_PREFLIGHT: &str = "access-control-request-method, access-control-request-headers, \
                              access-control-request-private-network";
const VARY_PREFLIGHT_BY_ORIGIN: &str = "origin, access-control-request-method, \
                                        access-control-request-headers, \
                                        access-control-request-private-network";

impl<'d> Decision<'d> {
    /// The class of the request.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the policy allows it, and if not, why.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the policy allows it, or CORS has no say.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.verdict.is_allowed()
    }

    /// For a preflight, the status to answer it with now, without the handler. `None` for every
    /// other request: run the handler, and put the fields on its response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        (self.kind == Kind::Preflight).then_some(if self.grants() {
            self.policy.preflight_status
        } else {
            403
        })
    }

    /// The bytes for which the request was refused, at most 128 of them, as they came.
    #[must_use]
    pub fn offending(&self) -> Option<Offending<'d>> {
        (!self.offending.is_empty()).then_some(Offending(self.offending))
    }

    /// The fields of the response, always in the same order. `vary` is to be merged with what is
    /// there; of the [others](OWNED_FIELDS), those that are not among them are to be removed.
    #[must_use]
    pub fn fields(&self) -> Fields<'d> {
        Fields { decision: *self, step: Step::AllowOrigin }
    }

    /// Whether there are grants on the response: when it is allowed, and when the policy's
    /// diagnostics let a refused preflight be answered so that the browser's console names what
    /// is missing. A denied origin never learns anything.
    fn grants(&self) -> bool {
        match self.verdict {
            Verdict::Allow => true,
            Verdict::Deny(Rejection::MethodNotAllowed | Rejection::HeaderNotAllowed) => {
                self.policy.diagnostics
            }
            Verdict::Deny(_) => false,
        }
    }

    fn refused_for(&self, rejection: Rejection) -> bool {
        self.verdict == Verdict::Deny(rejection)
    }

    fn allow_origin(&self) -> Option<FieldSource<'d>> {
        if self.by_origin {
            self.request.origin().map(FieldSource::Origin)
        } else {
            Some(FieldSource::Static("*"))
        }
    }

    fn allow_methods(&self) -> Option<FieldSource<'d>> {
        match &self.policy.methods {
            Methods::Listed(list) if !list.is_empty() => Some(FieldSource::Policy(list.value())),
            // The browser must not take the refused method for granted. By the text of the
            // standard it does where there is no list at all and the use-CORS-preflight flag is
            // set (CORS-preflight fetch, step 7.4).
            _ if self.refused_for(Rejection::MethodNotAllowed) => Some(SAFELISTED_METHODS),
            Methods::Listed(_) => None,
            Methods::Any { credentials: false } => Some(FieldSource::Static("*")),
            Methods::Any { credentials: true } => {
                self.request.request_method().map(FieldSource::Request)
            }
        }
    }

    /// The value of `Access-Control-Allow-Headers`; the requested lines are given back by
    /// [`Fields`] itself.
    fn allow_headers(&self) -> AllowHeaders<'d> {
        match &self.policy.headers {
            Names::Listed { list, .. } if list.is_empty() => AllowHeaders::Absent,
            Names::Listed { list, .. } => AllowHeaders::One(FieldSource::Policy(list.value())),
            Names::Any { .. } if self.refused_for(Rejection::HeaderNotAllowed) => {
                AllowHeaders::Absent
            }
            Names::Any { credentials: false, authorization: false } => {
                AllowHeaders::One(FieldSource::Static("*"))
            }

            Names::Any { credentials: false, authorization: true } => {
                AllowHeaders::One(FieldSource::Static("*, authorization"))
            }
            // Where a method was refused, the names have not been validated.
            Names::Any { .. } if !self.is_allowed() => AllowHeaders::Absent,
            Names::Any { .. } => AllowHeaders::Requested,
        }
    }

    fn vary(&self) -> Option<&'static str> {
        match (self.kind, self.by_origin) {
            (Kind::Preflight, true) => Some(VARY_PREFLIGHT_BY_ORIGIN),
            (Kind::Preflight, false) => Some(VARY_PREFLIGHT),
            (Kind::NotCors | Kind::Actual, true) => Some("origin"),
            (Kind::NotCors | Kind::Actual, false) => None,
        }
    }
}

enum AllowHeaders<'d> {
    Absent,
    One(FieldSource<'d>),
    Requested,
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .field("offending", &self.offending())
            .field("status", &self.status())
            .field("fields", &FieldsDebug(self))
            .finish()
    }
}

struct FieldsDebug<'a, 'd>(&'a Decision<'d>);

impl fmt::Debug for FieldsDebug<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.fields()).finish()
    }
}

/// Bytes of a request for which it was refused. `Display` escapes whatever is not printable ASCII,
/// and so is fit for a log or a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Offending<'d>(&'d [u8]);

impl<'d> Offending<'d> {
    /// The bytes as they came.
    #[must_use]
    pub fn as_bytes(&self) -> &'d [u8] {
        self.0
    }
}

impl fmt::Display for Offending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}

impl fmt::Debug for Offending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write_escaped(f, self.0)?;
        f.write_char('"')
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{}", byte.escape_ascii()))
}

/// One field of a response.
#[derive(Clone, Copy)]
pub struct Field<'d> {
    name: &'static str,
    source: FieldSource<'d>,
}

/// Where the value of a field comes from.
#[derive(Clone, Copy)]
pub(crate) enum FieldSource<'d> {
    /// The same for every policy.
    Static(&'static str),
    /// Made when the policy was.
    Policy(&'d FieldValue),
    /// The request's origin, which is allowed.
    Origin(&'d [u8]),
    /// Something else of the request that was validated.
    Request(&'d [u8]),
}

impl<'d> Field<'d> {
    /// The name, in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The value: printable ASCII, all of it the policy's own or validated.
    #[must_use]
    pub fn value(&self) -> &'d [u8] {
        match self.source {
            FieldSource::Static(text) => text.as_bytes(),
            FieldSource::Policy(value) => value.as_bytes(),
            FieldSource::Origin(bytes) | FieldSource::Request(bytes) => bytes,
        }
    }

    #[cfg(feature = "http")]
    pub(crate) fn source(&self) -> FieldSource<'d> {
        self.source
    }

    /// Whether this is `vary`, to be merged with what the response says already.
    #[must_use]
    pub fn is_vary(&self) -> bool {
        self.name == VARY
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
        write!(f, "{}: ", self.name)?;
        write_escaped(f, self.value())
    }
}

/// The fields of a [`Decision`], in their fixed order.
#[derive(Clone, Debug)]
pub struct Fields<'d> {
    decision: Decision<'d>,
    step: Step,
}

/// Which field comes next.
#[derive(Clone, Copy, Debug)]
enum Step {
    AllowOrigin,
    AllowCredentials,
    ExposeHeaders,
    AllowMethods,
    AllowHeaders,
    /// The line of the request that is given back next.
    RequestedLine(usize),
    AllowPrivateNetwork,
    MaxAge,
    Vary,
    End,
}

impl<'d> Iterator for Fields<'d> {
    type Item = Field<'d>;

    fn next(&mut self) -> Option<Field<'d>> {
        loop {
            let (source, name, next) = self.take_step()?;
            self.step = next;
            if let Some(source) = source {
                return Some(Field { name, source });
            }
        }
    }
}

impl<'d> Fields<'d> {
    /// The field of this step, if there is one, and the step after it.
    fn take_step(&self) -> Option<(Option<FieldSource<'d>>, &'static str, Step)> {
        let decision = &self.decision;
        let policy = decision.policy;
        Some(match self.step {
            Step::AllowOrigin if decision.kind == Kind::NotCors && decision.by_origin => {
                (None, "", Step::Vary)
            }
            Step::AllowOrigin if !decision.grants() => (None, "", Step::Vary),
            Step::AllowOrigin => (decision.allow_origin(), ALLOW_ORIGIN, Step::AllowCredentials),
            Step::AllowCredentials => {
                let next = match decision.kind {
                    Kind::Preflight => Step::AllowMethods,
                    Kind::NotCors | Kind::Actual => Step::ExposeHeaders,
                };
                let value = policy.allow_credentials.then_some(TRUE);
                (value, ALLOW_CREDENTIALS, next)
            }
            Step::ExposeHeaders => {
                (policy.expose.as_ref().map(FieldSource::Policy), EXPOSE_HEADERS, Step::Vary)
            }
            Step::AllowMethods => (decision.allow_methods(), ALLOW_METHODS, Step::AllowHeaders),
            Step::AllowHeaders => match decision.allow_headers() {
                AllowHeaders::Absent => (None, "", Step::AllowPrivateNetwork),
                AllowHeaders::One(value) => (Some(value), ALLOW_HEADERS, Step::AllowPrivateNetwork),
                AllowHeaders::Requested => (None, "", Step::RequestedLine(0)),
            },
            Step::RequestedLine(at) => {
                match decision.request.request_headers.get().and_then(|lines| lines.get(at)) {
                    None => (None, "", Step::AllowPrivateNetwork),
                    Some(line) => (
                        (!line.is_empty()).then_some(FieldSource::Request(line)),
                        ALLOW_HEADERS,
                        Step::RequestedLine(at.saturating_add(1)),
                    ),
                }
            }
            Step::AllowPrivateNetwork => {
                let asked = decision.request.asks_for_private_network();
                let value = (asked && policy.allow_private_network).then_some(TRUE);
                (value, ALLOW_PRIVATE_NETWORK, Step::MaxAge)
            }
            Step::MaxAge => {
                (policy.max_age_value.as_ref().map(FieldSource::Policy), MAX_AGE, Step::Vary)
            }
            Step::Vary => (decision.vary().map(FieldSource::Static), VARY, Step::End),
            Step::End => return None,
        })
    }
}

impl core::iter::FusedIterator for Fields<'_> {}

/// Whether the answers of a policy depend on the origin, unless the embedder decides.
pub(crate) fn by_origin(origins: &Origins) -> bool {
    matches!(origins, Origins::Listed { .. })
}
