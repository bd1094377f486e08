//! [`OriginPattern`]: the grammar of a policy's origins.
//!
//! ```text
//! pattern = scheme "://" host [ ":" ( port / "*" ) ]
//! host    = origin-host / [ "*." ] label *( "." label )
//! label   = literal / literal "*" / "*" literal / literal "*" literal    ; the last: a literal
//! ```
//!
//! - `*.` before a domain is one or more whole labels, never the domain itself;
//! - `*` beside literal text is one or more of `[a-z0-9-]` within its label, never a dot;
//! - `:*` is any port, or none.
//!
//! Everything else is literal, and in the one form in which browsers send it. There are no
//! regular expressions here, so there is nothing to anchor and no dot to escape.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::{Origin, OriginError, Tuple};

mod canonical;

/// An origin, or a family of origins, that a policy lists.
///
/// ```
/// use corsac::{Origin, OriginPattern};
///
/// let pattern: OriginPattern = "https://*.example.com".parse()?;
/// assert!(pattern.matches(&Origin::parse(b"https://a.b.example.com")?));
/// assert!(!pattern.matches(&Origin::parse(b"https://example.com")?));
/// assert!(!pattern.matches(&Origin::parse(b"https://evil-example.com")?));
/// assert!(!pattern.matches(&Origin::parse(b"https://a.example.com.evil.net")?));
///
/// let error = "https://Example.com/".parse::<OriginPattern>().unwrap_err();
/// # #[cfg(feature = "url")]
/// assert_eq!(error.suggestion(), Some("https://example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OriginPattern {
    text: String,
    /// Where the host begins and ends in `text`; of `*.` it holds what follows.
    host: (usize, usize),
    subdomains: bool,
    port: PortPattern,
}

/// What a pattern says of the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PortPattern {
    /// None is serialized: it is the scheme's default.
    Absent,
    /// This one.
    Exactly(u16),
    /// `:*`: any, or none.
    Any,
}

impl PortPattern {
    pub(crate) fn matches(self, port: Option<u16>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => port.is_none(),
            Self::Exactly(number) => port == Some(number),
        }
    }
}

/// Why a text is not an [`OriginPattern`], and the one that was probably meant.
///
/// ```
/// use corsac::{OriginPattern, PatternErrorKind};
///
/// let error = "https://*".parse::<OriginPattern>().unwrap_err();
/// assert_eq!(error.kind(), PatternErrorKind::Wildcard);
/// println!("{error}"); // says where a wildcard may be
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    kind: PatternErrorKind,
    suggestion: Option<String>,
}

/// The kinds of [`PatternError`].
///
/// ```
/// use corsac::{OriginError, OriginPattern, PatternErrorKind};
///
/// let kind = |text: &str| text.parse::<OriginPattern>().unwrap_err().kind();
/// assert_eq!(kind("*"), PatternErrorKind::Any);
/// assert_eq!(kind("null"), PatternErrorKind::Null);
/// assert_eq!(kind("file:///index.html"), PatternErrorKind::File);
/// assert_eq!(kind("example.com"), PatternErrorKind::Invalid(OriginError::Scheme));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternErrorKind {
    /// `*` alone: it is not one origin among others, but a policy for any origin.
    Any,
    /// `null`, which is not the name of one origin.
    Null,
    /// A `file:` URL, which has no origin that can be told from another.
    File,
    /// A wildcard where there can be none.
    Wildcard,
    /// An origin, but not as any browser sends it.
    NotSerialized(OriginError),
    /// No origin.
    Invalid(OriginError),
}

impl PatternError {
    /// What is wrong.
    ///
    /// ```
    /// # use corsac::{OriginPattern, PatternErrorKind};
    /// let error = "null".parse::<OriginPattern>().unwrap_err();
    /// assert_eq!(error.kind(), PatternErrorKind::Null);
    /// ```
    #[must_use]
    pub fn kind(&self) -> PatternErrorKind {
        self.kind
    }

    /// A pattern that would be accepted, where one can be told: with the feature `url`, the form
    /// in which browsers send the origin.
    ///
    /// ```
    /// # use corsac::OriginPattern;
    /// let error = "https://Example.com:443/".parse::<OriginPattern>().unwrap_err();
    /// # #[cfg(feature = "url")]
    /// assert_eq!(error.suggestion(), Some("https://example.com"));
    /// ```
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PatternErrorKind::Any => f.write_str("`*` means any origin and stands alone"),
            PatternErrorKind::Null => f.write_str("every sandboxed document can send `null`"),
            PatternErrorKind::File => {
                f.write_str("a page from a file has no origin of its own; browsers send `null`")
            }
            PatternErrorKind::Wildcard => f.write_str(
                "a wildcard is `*.` before a domain, one `*` beside text in a label (not the \
                 last one), or `:*` for any port",
            ),
            PatternErrorKind::NotSerialized(error) => {
                write!(f, "no browser sends an origin in this form: {error}")
            }
            PatternErrorKind::Invalid(error) => write!(f, "this is no origin: {error}"),
        }
    }
}

impl core::error::Error for PatternError {}

impl FromStr for OriginPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let kind = match parse(text) {
            Ok(pattern) if canonical::can_be_sent(&pattern) => return Ok(pattern),
            Ok(_) => PatternErrorKind::Invalid(OriginError::Host),
            Err(kind) => kind,
        };
        Err(canonical::diagnose(text, kind))
    }
}

/// Parses what is already in the form in which browsers send it.
fn parse(text: &str) -> Result<OriginPattern, PatternErrorKind> {
    match text {
        "*" => return Err(PatternErrorKind::Any),
        "null" => return Err(PatternErrorKind::Null),
        _ => {}
    }
    if text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:")) {
        return Err(PatternErrorKind::File);
    }
    if !text.contains('*') {
        let origin = Origin::parse(text.as_bytes()).map_err(PatternErrorKind::Invalid)?;
        let Some(Tuple { scheme, host, port }) = origin.tuple() else {
            return Err(PatternErrorKind::Null);
        };
        let start = scheme.len().saturating_add("://".len());
        return Ok(OriginPattern {
            text: text.into(),
            host: (start, start.saturating_add(host.len())),
            subdomains: false,
            port: port.map_or(PortPattern::Absent, PortPattern::Exactly),
        });
    }
    parse_wildcards(text)
}

/// Parses a text with a `*` in it.
fn parse_wildcards(text: &str) -> Result<OriginPattern, PatternErrorKind> {
    let wildcards = check_wildcards(text)?;
    // What is left is as strict as any origin: hold one that the pattern would match against it.
    let port_at =
        text.find("://").unwrap_or(0).saturating_add(3).saturating_add(wildcards.host.len());
    let (name, mut port) = text.split_at_checked(port_at).unwrap_or((text, ""));
    if wildcards.any_port {
        port = port.strip_prefix(":*").unwrap_or(port);
    }
    let concrete = [&name.replace('*', "a"), port].concat();
    let origin = Origin::parse(concrete.as_bytes()).map_err(PatternErrorKind::Invalid)?;
    let Some(tuple) = origin.tuple() else { return Err(PatternErrorKind::Wildcard) };
    let start = tuple.scheme.len().saturating_add("://".len());
    let end = start.saturating_add(wildcards.host.len());
    let subdomains = wildcards.host.starts_with("*.");
    let host = (if subdomains { start.saturating_add(2) } else { start }, end);
    let port = match tuple.port {
        _ if wildcards.any_port => PortPattern::Any,
        None => PortPattern::Absent,
        Some(number) => PortPattern::Exactly(number),
    };
    Ok(OriginPattern { text: text.into(), host, subdomains, port })
}

/// Where the wildcards of a text are.
struct Wildcards<'t> {
    host: &'t str,
    any_port: bool,
}

/// Finds the wildcards and checks that each is where one may be; not what is beside them.
fn check_wildcards(text: &str) -> Result<Wildcards<'_>, PatternErrorKind> {
    const MISPLACED: PatternErrorKind = PatternErrorKind::Wildcard;
    let (scheme, rest) = text.split_once("://").ok_or(MISPLACED)?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // In the scheme, in a path, or in what would be a user name.
    let outside = text.len().saturating_sub(authority.len());
    if scheme.contains('*')
        || authority.contains('@')
        || text.matches('*').count() != authority.matches('*').count()
        || outside == text.len()
    {
        return Err(MISPLACED);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let any_port = port == Some("*");
    // One port at most: `https://a.example:80:*` has a wildcard beside another.
    let other_port = host.rsplit(']').next().is_some_and(|name| name.contains(':'));
    if other_port || (!any_port && port.is_some_and(|port| port.contains('*'))) {
        return Err(MISPLACED);
    }
    if host.contains('*') {
        check_host_wildcards(host)?;
    }
    Ok(Wildcards { host, any_port })
}

fn check_host_wildcards(host: &str) -> Result<(), PatternErrorKind> {
    let labels = host.strip_prefix("*.").unwrap_or(host);
    let mut backwards = labels.strip_suffix('.').unwrap_or(labels).rsplit('.');
    let last = backwards.next().unwrap_or_default();
    // There are no domains under an address.
    let misplaced = host.contains(['[', ']'])
        || super::ends_in_a_number(last.to_ascii_lowercase().as_bytes())
        || last.contains('*')
        || last.is_empty()
        || backwards.any(|label| label == "*" || label.matches('*').count() > 1);
    if misplaced { Err(PatternErrorKind::Wildcard) } else { Ok(()) }
}

impl OriginPattern {
    /// The pattern as it was written.
    ///
    /// ```
    /// # use corsac::OriginPattern;
    /// let pattern: OriginPattern = "http://localhost:*".parse()?;
    /// assert_eq!(pattern.as_str(), "http://localhost:*");
    /// # Ok::<(), corsac::PatternError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it has no wildcard, and so matches itself alone.
    ///
    /// ```
    /// # use corsac::OriginPattern;
    /// assert!("https://example.com".parse::<OriginPattern>()?.is_exact());
    /// assert!(!"https://*.example.com".parse::<OriginPattern>()?.is_exact());
    /// # Ok::<(), corsac::PatternError>(())
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.text.contains('*')
    }

    /// Whether `origin` is one of those it stands for. `null` never is.
    ///
    /// ```
    /// # use corsac::{Origin, OriginPattern};
    /// let pattern: OriginPattern = "http://localhost:*".parse()?;
    /// assert!(pattern.matches(&Origin::parse(b"http://localhost:3000")?));
    /// assert!(pattern.matches(&Origin::parse(b"http://localhost")?));
    /// assert!(!pattern.matches(&Origin::parse(b"https://localhost:3000")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matches(&self, origin: &Origin<'_>) -> bool {
        let Some(Tuple { scheme, host, port }) = origin.tuple() else { return false };
        self.scheme().as_bytes() == *scheme
            && self.port.matches(*port)
            && host_matches(self.host().as_bytes(), self.subdomains, host)
    }

    pub(crate) fn scheme(&self) -> &str {
        self.text.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// The host without a leading `*.`; its labels may hold wildcards of their own.
    pub(crate) fn host(&self) -> &str {
        self.text.get(self.host.0..self.host.1).unwrap_or_default()
    }

    /// Whether `*.` stands before the host.
    pub(crate) fn subdomains(&self) -> bool {
        self.subdomains
    }

    pub(crate) fn port(&self) -> PortPattern {
        self.port
    }

    /// The labels to the right of the last wildcard of the host: all that its matches share for
    /// certain. The whole host where it has none but `*.`.
    pub(crate) fn tail(&self) -> &str {
        let host = self.host();
        match host.rsplit_once('*') {
            None => host,
            Some((_, right)) => right.split_once('.').map_or("", |(_, tail)| tail),
        }
    }

    /// Whether a label of the host holds a wildcard beside literal text.
    pub(crate) fn has_label_wildcard(&self) -> bool {
        self.host().contains('*')
    }
}

/// Whether `host` is matched by the labels of `pattern`, and by more before them if `subdomains`.
///
/// `host` comes from a parsed origin, so that none of its labels is empty but the one after a
/// trailing dot.
pub(crate) fn host_matches(pattern: &[u8], subdomains: bool, host: &[u8]) -> bool {
    let mut labels = host.rsplit(|&byte| byte == b'.');
    let all = pattern
        .rsplit(|&byte| byte == b'.')
        .all(|pattern| labels.next().is_some_and(|label| label_matches(pattern, label)));
    all && labels.next().is_some() == subdomains
}

/// Whether `label` is `pattern`, in which one `*` may stand for one or more of `[a-z0-9-]`.
fn label_matches(pattern: &[u8], label: &[u8]) -> bool {
    let mut parts = pattern.splitn(2, |&byte| byte == b'*');
    let (before, after) = (parts.next().unwrap_or_default(), parts.next());
    match (after, label.strip_prefix(before)) {
        (None, _) => pattern == label,
        (Some(after), Some(rest)) => rest.strip_suffix(after).is_some_and(is_wild),
        (Some(_), None) => false,
    }
}

/// Whether a `*` beside literal text may stand for these bytes.
fn is_wild(middle: &[u8]) -> bool {
    !middle.is_empty() && middle.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OriginPattern").field(&self.text).finish()
    }
}
