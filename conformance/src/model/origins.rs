//! Origins, taken apart into strings.

/// An origin in parts.
pub(super) struct Parts {
    pub(super) scheme: String,
    /// The labels of a domain or the numbers of an IPv4 address; or an IPv6 address as one part.
    pub(super) labels: Vec<String>,
    pub(super) port: Option<u16>,
}

/// Whether a browser could have sent these bytes as an origin.
#[must_use]
pub fn is_serialized_origin(bytes: &[u8]) -> bool {
    bytes == b"null" || std::str::from_utf8(bytes).is_ok_and(|text| parts(text).is_some())
}

/// Takes a serialized origin apart.
pub(super) fn parts(text: &str) -> Option<Parts> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme_chars = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    if !scheme.starts_with(|c: char| c.is_ascii_lowercase())
        || !scheme.chars().all(scheme_chars)
        || scheme.len() > 64
    {
        return None;
    }
    let (host, port) = match rest.rsplit_once(':') {
        // The last colon of an IPv6 address is inside its brackets.
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let port = match port {
        None => None,
        Some(digits) => {
            let number: u16 = digits.parse().ok()?;
            // Neither `+80` nor `080`.
            if number.to_string() != digits || default_port(scheme) == Some(number) {
                return None;
            }
            Some(number)
        }
    };
    let labels = if host.starts_with('[') { ipv6(host)? } else { domain(host)? };
    Some(Parts { scheme: scheme.to_owned(), labels, port })
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

/// The standard library writes IPv6 addresses as the URL standard does, but for those that it
/// shows as IPv4 addresses, which the URL standard does not.
fn ipv6(host: &str) -> Option<Vec<String>> {
    let address = host.strip_prefix('[')?.strip_suffix(']')?;
    let parsed: std::net::Ipv6Addr = address.parse().ok()?;
    let url = url::Host::<String>::Ipv6(parsed).to_string();
    (url == host).then(|| vec![host.to_owned()])
}

fn domain(host: &str) -> Option<Vec<String>> {
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.len() > 253 {
        return None;
    }
    let labels: Vec<String> = host.split('.').map(ToOwned::to_owned).collect();
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    if !name.split('.').all(is_label) {
        return None;
    }
    let last = name.rsplit('.').next()?;
    let is_number = last.chars().all(|c| c.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
    if is_number {
        let address: std::net::Ipv4Addr = host.parse().ok()?;
        if address.to_string() != host {
            return None;
        }
    }
    Some(labels)
}

/// Whether a pattern of a sound policy matches the bytes of an origin.
#[must_use]
pub fn pattern_matches(pattern: &str, origin: &[u8]) -> bool {
    if pattern == "*" {
        return true;
    }
    let Some(origin) = std::str::from_utf8(origin).ok().and_then(parts) else { return false };
    let Some((scheme, rest)) = pattern.split_once("://") else { return false };
    if scheme != origin.scheme {
        return false;
    }
    let (host, port_matches) = match rest.rsplit_once(':') {
        Some((host, "*")) => (host, true),
        Some((host, port)) if !port.contains(']') => {
            (host, origin.port.is_some_and(|number| number.to_string() == port))
        }
        _ => (rest, origin.port.is_none()),
    };
    port_matches && labels_match(host, &origin.labels)
}

fn labels_match(host: &str, labels: &[String]) -> bool {
    if host.starts_with('[') {
        return labels.len() == 1 && labels.first().is_some_and(|label| label == host);
    }
    let wanted: Vec<&str> = host.split('.').collect();
    match wanted.split_first() {
        Some((&"*", wanted)) => {
            // One label or more in the place of the star.
            let Some(more) = labels.len().checked_sub(wanted.len()) else { return false };
            more >= 1 && each_matches(wanted, labels.get(more..).unwrap_or_default())
        }
        _ => wanted.len() == labels.len() && each_matches(&wanted, labels),
    }
}

fn each_matches(wanted: &[&str], labels: &[String]) -> bool {
    wanted.iter().zip(labels).all(|(wanted, label)| match wanted.split_once('*') {
        None => wanted == label,
        Some((before, after)) => {
            let stands_for = label
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .unwrap_or_default();
            !stands_for.is_empty()
                && stands_for
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        }
    })
}
