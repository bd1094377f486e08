//! [`Origin`]: a strictly parsed serialized origin.
//!
//! What a browser sends in `Origin` is the
//! [byte-serialization](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin)
//! of an origin: `null`, or a scheme, a host and, where it is not the scheme's default, a port,
//! each in the one form in which the [URL standard](https://url.spec.whatwg.org/#host-serializing)
//! writes it. Anything else came from no browser and is refused before it is compared, so that a
//! pattern is only ever held against what an origin can be.

use core::fmt;

mod ipv6;
pub(crate) mod pattern;
pub(crate) mod set;

/// The longest scheme of an origin, in bytes.
const LONGEST_SCHEME: usize = 64;
/// The longest host, in bytes and without a trailing dot: the limit of DNS.
const LONGEST_HOST: usize = 253;
/// The longest serialized origin, in bytes: scheme, `://`, host, a trailing dot, `:` and a port.
const LONGEST_ORIGIN: usize = 327;

/// A serialized origin, such as `https://app.example.com`, or `null`.
///
/// ```
/// use corsac::Origin;
///
/// let origin = Origin::parse(b"http://localhost:3000")?;
/// assert_eq!(origin.scheme(), Some("http"));
/// assert_eq!(origin.host(), Some("localhost"));
/// assert_eq!(origin.port(), Some(3000));
///
/// // No browser serializes an origin in these ways.
/// for malformed in ["https://example.com/", "https://EXAMPLE.com", "https://example.com:443"] {
///     assert!(Origin::parse(malformed.as_bytes()).is_err());
/// }
/// # Ok::<(), corsac::OriginError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin<'a> {
    bytes: &'a [u8],
    tuple: Option<Tuple<'a>>,
}

/// A [tuple origin](https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple) but
/// for its domain, which is not serialized.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tuple<'a> {
    pub(crate) scheme: &'a [u8],
    pub(crate) host: &'a [u8],
    pub(crate) port: Option<u16>,
}

/// Why bytes are not a serialized origin.
///
/// ```
/// use corsac::{Origin, OriginError};
///
/// assert_eq!(Origin::parse(b"https://example.com/"), Err(OriginError::Trailing));
/// assert_eq!(Origin::parse(b"https://example.com:443"), Err(OriginError::DefaultPort));
/// let error = Origin::parse(b"example.com").unwrap_err();
/// assert_eq!(error.to_string(), "it does not begin with a lower-case scheme and `://`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OriginError {
    /// Longer than any scheme, host and port can be.
    TooLong,
    /// No scheme followed by `://`, or one that is not lower case or not of RFC 3986.
    Scheme,
    /// No host.
    HostMissing,
    /// A host that no browser serializes: upper case, an empty label, a byte that is not allowed.
    Host,
    /// A host that ends in a number and is not an IPv4 address in dotted decimals.
    Ipv4,
    /// A bracketed host that is not an IPv6 address in its canonical form.
    Ipv6,
    /// A port that is not a number up to 65535 without leading zeros.
    Port,
    /// The scheme's default port, which is never serialized.
    DefaultPort,
    /// A path, a query or anything else after the host and port.
    Trailing,
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is longer than any origin can be",
            Self::Scheme => "it does not begin with a lower-case scheme and `://`",
            Self::HostMissing => "it has no host",
            Self::Host => "its host is not in the form in which browsers send hosts",
            Self::Ipv4 => "its host ends in a number but is no IPv4 address in dotted decimals",
            Self::Ipv6 => "its host is no IPv6 address in canonical form",
            Self::Port => "its port is no number up to 65535 without leading zeros",
            Self::DefaultPort => "it names its scheme's default port, which browsers leave out",
            Self::Trailing => "something follows its host and port; an origin has no path",
        })
    }
}

impl core::error::Error for OriginError {}

impl<'a> Origin<'a> {
    /// Parses the bytes of an `Origin` header's value, whitespace around it already taken off.
    ///
    /// Reads no more than 328 bytes, however long the value.
    ///
    /// The form is that of the
    /// [ASCII serialization](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin).
    ///
    /// ```
    /// use corsac::{Origin, OriginError};
    ///
    /// assert_eq!(Origin::parse(b"https://[::1]:8443")?.host(), Some("[::1]"));
    /// assert_eq!(Origin::parse(b"https://[0:0::1]:8443"), Err(OriginError::Ipv6));
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    ///
    /// # Errors
    /// [`OriginError`], when no browser serializes an origin in this way.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, OriginError> {
        if bytes == b"null" {
            return Ok(Self { bytes, tuple: None });
        }
        if bytes.len() > LONGEST_ORIGIN {
            return Err(OriginError::TooLong);
        }
        let (scheme, rest) = split_scheme(bytes)?;
        let (host, rest) = split_host(rest)?;
        let port = match rest.split_first() {
            None => None,
            Some((b':', digits)) => Some(parse_port(digits)?),
            Some(_) => return Err(OriginError::Trailing),
        };
        if port.is_some() && port == default_port(scheme) {
            return Err(OriginError::DefaultPort);
        }
        Ok(Self { bytes, tuple: Some(Tuple { scheme, host, port }) })
    }

    /// The serialization, as it was given.
    ///
    /// ```
    /// # use corsac::Origin;
    /// let origin = Origin::parse(b"https://app.example.com")?;
    /// assert_eq!(origin.as_bytes(), b"https://app.example.com");
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The serialization as text; it is always ASCII.
    ///
    /// ```
    /// # use corsac::Origin;
    /// let origin = Origin::parse(b"https://app.example.com")?;
    /// assert_eq!(origin.as_str(), "https://app.example.com");
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        ascii(self.bytes)
    }

    /// Whether this is `null`: an
    /// [opaque origin](https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque),
    /// such as that of a sandboxed document. Two of them are seldom the same.
    ///
    /// ```
    /// # use corsac::Origin;
    /// assert!(Origin::parse(b"null")?.is_null());
    /// assert!(!Origin::parse(b"https://null")?.is_null());
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.tuple.is_none()
    }

    /// The scheme, lower case, without the colon. `None` for `null`.
    ///
    /// ```
    /// # use corsac::Origin;
    /// assert_eq!(Origin::parse(b"chrome-extension://abc")?.scheme(), Some("chrome-extension"));
    /// assert_eq!(Origin::parse(b"null")?.scheme(), None);
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn scheme(&self) -> Option<&'a str> {
        self.tuple.map(|tuple| ascii(tuple.scheme))
    }

    /// The host; an IPv6 address with its brackets. `None` for `null`.
    ///
    /// ```
    /// # use corsac::Origin;
    /// assert_eq!(Origin::parse(b"https://app.example.com:8443")?.host(), Some("app.example.com"));
    /// assert_eq!(Origin::parse(b"http://[::1]")?.host(), Some("[::1]"));
    /// assert_eq!(Origin::parse(b"null")?.host(), None);
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn host(&self) -> Option<&'a str> {
        self.tuple.map(|tuple| ascii(tuple.host))
    }

    /// The port, where one is written: it is not the default of its scheme.
    ///
    /// ```
    /// # use corsac::Origin;
    /// assert_eq!(Origin::parse(b"http://localhost:3000")?.port(), Some(3000));
    /// assert_eq!(Origin::parse(b"http://localhost")?.port(), None);
    /// # Ok::<(), corsac::OriginError>(())
    /// ```
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.tuple.and_then(|tuple| tuple.port)
    }

    /// Scheme, host and port, unless it is `null`.
    pub(crate) fn tuple(&self) -> Option<&Tuple<'a>> {
        self.tuple.as_ref()
    }
}

impl fmt::Debug for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Origin").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Bytes that the parser has found to be ASCII, as text.
fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The [default port](https://url.spec.whatwg.org/#default-port) of a special scheme.
pub(crate) fn default_port(scheme: &[u8]) -> Option<u16> {
    match scheme {
        b"https" | b"wss" => Some(443),
        b"http" | b"ws" => Some(80),
        b"ftp" => Some(21),
        _ => None,
    }
}

/// Splits at `://`. A scheme is `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
/// ([RFC 3986, section 3.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.1)), serialized in
/// lower case.
pub(crate) fn split_scheme(bytes: &[u8]) -> Result<(&[u8], &[u8]), OriginError> {
    const HTTPS: usize = "https".len();
    if let (Some(rest), Some(scheme)) = (bytes.strip_prefix(b"https://"), bytes.get(..HTTPS)) {
        return Ok((scheme, rest));
    }
    let length = bytes
        .iter()
        .take(LONGEST_SCHEME.saturating_add(1))
        .take_while(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'))
        .count();
    match bytes.split_at_checked(length) {
        Some((scheme @ [b'a'..=b'z', ..], rest)) if length <= LONGEST_SCHEME => {
            rest.strip_prefix(b"://").map(|rest| (scheme, rest)).ok_or(OriginError::Scheme)
        }
        _ => Err(OriginError::Scheme),
    }
}

/// What a byte is in a host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HostByte {
    /// Part of a label.
    Label,
    /// Between labels.
    Dot,
    /// What a host ends before.
    End,
    /// Not serialized.
    Other,
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would refuse an index out of range"
)]
const HOST_BYTES: [HostByte; 256] = {
    let mut table = [HostByte::Other; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => HostByte::Label,
            b'.' => HostByte::Dot,
            b':' | b'/' | b'?' | b'#' => HostByte::End,
            _ => HostByte::Other,
        };
        byte = byte.wrapping_add(1);
    }
    table
};

#[inline]
fn host_byte(byte: u8) -> HostByte {
    HOST_BYTES.get(usize::from(byte)).copied().unwrap_or(HostByte::Other)
}

/// Splits after the host, which is checked.
fn split_host(bytes: &[u8]) -> Result<(&[u8], &[u8]), OriginError> {
    if bytes.first() == Some(&b'[') {
        let end = bytes.iter().position(|&byte| byte == b']').ok_or(OriginError::Ipv6)?;
        let (host, rest) =
            bytes.split_at_checked(end.saturating_add(1)).ok_or(OriginError::Ipv6)?;
        return if ipv6::is_canonical(host) { Ok((host, rest)) } else { Err(OriginError::Ipv6) };
    }
    // Where the host ends, and where its last label begins that is not empty.
    let mut end = bytes.len();
    let mut label = 0_usize;
    let mut last_label = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        match host_byte(byte) {
            HostByte::Label => {}
            HostByte::Dot if at > label => {
                last_label = label;
                label = at.saturating_add(1);
            }
            HostByte::End => {
                end = at;
                break;
            }
            HostByte::Dot | HostByte::Other => return Err(OriginError::Host),
        }
    }
    let (host, rest) = bytes.split_at_checked(end).ok_or(OriginError::Host)?;
    if host.is_empty() {
        return Err(OriginError::HostMissing);
    }
    let last = match host.split_last() {
        Some((b'.', name)) => name.get(last_label..),
        _ => host.get(label..),
    };
    if !is_short_enough(host) {
        return Err(OriginError::TooLong);
    }
    let last = last.unwrap_or_default();
    // The URL standard's "ends in a number checker".
    if last.first().is_some_and(u8::is_ascii_digit) && ends_in_a_number(last) {
        return if is_ipv4(host) { Ok((host, rest)) } else { Err(OriginError::Ipv4) };
    }
    Ok((host, rest))
}

/// Whether DNS has room for a host.
#[inline]
fn is_short_enough(host: &[u8]) -> bool {
    host.len().saturating_sub(usize::from(host.last() == Some(&b'.'))) <= LONGEST_HOST
}

/// Whether a host whose last label this is would be read as an IPv4 address: the
/// [ends-in-a-number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker).
fn ends_in_a_number(last_label: &[u8]) -> bool {
    last_label.iter().all(u8::is_ascii_digit)
        || last_label
            .strip_prefix(b"0x")
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Whether `host` is an IPv4 address as the
/// [IPv4 serializer](https://url.spec.whatwg.org/#concept-ipv4-serializer) writes it.
pub(crate) fn is_ipv4(host: &[u8]) -> bool {
    let mut parts = 0_u8;
    host.split(|&byte| byte == b'.').all(|part| {
        parts = parts.saturating_add(1);
        part.len() <= 3 && decimal(part).is_some_and(|number| number <= 255)
    }) && parts == 4
}

/// A port as the [URL serializer](https://url.spec.whatwg.org/#serialize-an-integer) writes it.
fn parse_port(digits: &[u8]) -> Result<u16, OriginError> {
    if digits.len() > 5 {
        let all_digits = digits.iter().take(6).all(u8::is_ascii_digit);
        return Err(if all_digits { OriginError::Port } else { trailing_or_port(digits) });
    }
    match decimal(digits).map(u16::try_from) {
        Some(Ok(port)) => Ok(port),
        _ => Err(trailing_or_port(digits)),
    }
}

/// A path after a port is named as what it is.
fn trailing_or_port(digits: &[u8]) -> OriginError {
    let number = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match digits.get(number) {
        Some(b'/' | b'?' | b'#') if number > 0 => OriginError::Trailing,
        _ => OriginError::Port,
    }
}

/// A decimal number without leading zeros, of few digits.
fn decimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || (digits.len() > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, &digit| {
        digit
            .is_ascii_digit()
            .then(|| number.wrapping_mul(10).wrapping_add(u32::from(digit.wrapping_sub(b'0'))))
    })
}
