//! What is wrong with a policy, rule by rule.

use corsac::PolicyConfig;
use url::Url;

use super::names::is_token;
use super::origins;

/// The place and the code of every error, in the order of the document.
#[must_use]
pub fn error_codes(policy: &PolicyConfig) -> Vec<(String, &'static str)> {
    let mut errors = Vec::new();
    origin_errors(policy, &mut errors);
    method_errors(policy, &mut errors);
    request_header_errors(policy, &mut errors);
    response_header_errors(policy, &mut errors);
    if policy.max_age.is_some_and(|seconds| !(0..=2_147_483_647).contains(&seconds)) {
        errors.push(("max_age".to_owned(), "max-age-out-of-range"));
    }
    if policy.preflight_status < 200 || policy.preflight_status > 299 {
        errors.push(("preflight_status".to_owned(), "preflight-status-not-ok"));
    }
    errors
}

type Errors = Vec<(String, &'static str)>;

/// The members of a list with their places, each once: a repeat is not looked at again.
fn members(list: &[String], same: impl Fn(&str, &str) -> bool) -> Vec<(usize, &str)> {
    let mut kept: Vec<(usize, &str)> = Vec::new();
    for (index, text) in list.iter().enumerate() {
        if !kept.iter().any(|(_, other)| same(other, text)) {
            kept.push((index, text));
        }
    }
    kept
}

fn origin_errors(policy: &PolicyConfig, errors: &mut Errors) {
    let whole = |code| ("allow_origins".to_owned(), code);
    let list = members(&policy.allow_origins, |one, other| one == other);
    if list.is_empty() && !policy.dynamic_origins {
        errors.push(whole("origins-missing"));
    }
    let any = list.iter().any(|(_, origin)| *origin == "*");
    if any && list.len() > 1 {
        errors.push(whole("origin-any-with-others"));
    }
    if any && policy.allow_credentials {
        errors.push(whole("origin-any-with-credentials"));
    }
    for (index, origin) in list.into_iter().filter(|(_, origin)| *origin != "*") {
        for code in one_origin(policy, origin) {
            errors.push((format!("allow_origins[{index}]"), code));
        }
    }
}

fn one_origin(policy: &PolicyConfig, origin: &str) -> Vec<&'static str> {
    if origin == "null" {
        return if policy.dangerously_allow_null_origin { vec![] } else { vec!["origin-null"] };
    }
    if origin.to_lowercase().starts_with("file:") {
        return vec!["origin-file"];
    }
    if origin.contains('*') && !wildcards_are_in_place(origin) {
        return vec!["origin-wildcard-unsupported"];
    }
    let example = example_of(origin, "a");
    let Some(parts) = origins::parts(&example) else {
        return vec![if has_a_serialization(origin) {
            "origin-not-serialized"
        } else {
            "origin-invalid"
        }];
    };
    let is_special = ["http", "https", "ws", "wss", "ftp"].contains(&parts.scheme.as_str());
    if example.contains("xn--") && is_special {
        // Punycode of nothing, or of what is written otherwise.
        let written = Url::parse(&example).map(|url| url.origin().ascii_serialization());
        match written {
            Ok(written) if written == example => {}
            Ok(_) => return vec!["origin-not-serialized"],
            Err(_) => return vec!["origin-invalid"],
        }
    }
    let mut codes = Vec::new();
    // What is to the right of the last wildcard label; all of it but `*.` where there is none.
    let labels = host_labels(origin);
    let last_wildcard = labels.iter().rposition(|label| label.contains('*'));
    let fixed: Vec<&str> =
        labels.iter().skip(last_wildcard.map_or(0, |at| at.saturating_add(1))).copied().collect();
    let fixed = fixed.join(".");
    let is_local = fixed == "localhost" || fixed.ends_with(".localhost");
    let is_loopback = is_local
        || fixed == "[::1]"
        || fixed.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    if ["http", "ws", "ftp"].contains(&parts.scheme.as_str())
        && policy.allow_credentials
        && !is_loopback
        && !policy.dangerously_allow_insecure_origins
    {
        codes.push("origin-insecure-with-credentials");
    }
    let in_label = labels.iter().any(|label| label.contains('*') && *label != "*");
    let subdomains = labels.first() == Some(&"*");
    if ((in_label) || (subdomains && policy.allow_credentials))
        && !is_local
        && is_or_covers_a_public_suffix(&fixed)
        && !policy.dangerously_allow_public_suffix_wildcards
    {
        codes.push("origin-public-suffix-wildcard");
    }
    codes
}

fn host_and_port(origin: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scheme, rest) = origin.split_once("://")?;
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => Some((scheme, host, Some(port))),
        _ => Some((scheme, rest, None)),
    }
}

fn host_labels(origin: &str) -> Vec<&str> {
    match host_and_port(origin) {
        Some((_, host, _)) if host.starts_with('[') => vec![host],
        Some((_, host, _)) => host.split('.').collect(),
        None => vec![],
    }
}

/// Whether every `*` is where one may be: `*.` in front, one within a label but the last, `:*`.
fn wildcards_are_in_place(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    if scheme.contains('*') {
        return false;
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if after.contains('*') || authority.contains('@') || !authority.contains('*') {
        return false;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let after_brackets = host.rsplit(']').next().unwrap_or(host);
    if (port.contains('*') && port != "*") || after_brackets.contains(':') {
        return false;
    }
    if !host.contains('*') {
        return true;
    }
    if host.contains(['[', ']']) {
        return false;
    }
    let labels: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let last = labels.len().saturating_sub(1);
    let in_place = labels.iter().enumerate().all(|(at, label)| match label.matches('*').count() {
        0 => at != last || !label.is_empty(),
        1 => at != last && (*label != "*" || at == 0),
        _ => false,
    });
    // There are no names under an address.
    in_place && !labels.last().is_some_and(|label| is_a_number(&label.to_lowercase()))
}

fn is_a_number(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_ascii_digit())
        || label
            .strip_prefix("0x")
            .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))
}

/// An origin that the pattern matches, were it in the right form: with `label` for each wildcard.
fn example_of(pattern: &str, label: &str) -> String {
    let (start, rest) = match pattern.find("://") {
        Some(at) => pattern.split_at(at.saturating_add("://".len())),
        None => ("", pattern),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host = authority.strip_suffix(":*").filter(|host| !host.is_empty());
    let authority = host.unwrap_or(authority).replace('*', label);
    format!("{start}{authority}{after}")
}

/// Whether a URL with a scheme, from which a browser would get an origin; of a pattern, whether it
/// is still one in the form in which a browser writes its host.
fn has_a_serialization(pattern: &str) -> bool {
    const LABEL: &str = "wildcard--z";
    let pattern = pattern.trim_matches(|c: char| c <= ' ');
    let mut text = example_of(pattern, LABEL);
    // The port may have been taken off, and what is before it is not the end.
    if pattern.ends_with(":*") {
        text.push('/');
    }
    if !text.contains("://") || !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let Ok(url) = Url::parse(&text) else { return false };
    let Some(host) = url.host() else { return false };
    let host = host.to_string().to_lowercase();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let written = format!("{}://{host}{port}", url.scheme());
    if !host.contains(LABEL) {
        return origins::parts(&written).is_some();
    }
    // It may have become punycode, of nothing or of something else where another label stands.
    let form = written.replace(LABEL, "*");
    let example = example_of(&form, "a");
    origins::parts(&written).is_some()
        && wildcards_are_in_place(&form)
        && (!example.contains("xn--")
            || !url.is_special()
            || Url::parse(&example).is_ok_and(|url| url.origin().ascii_serialization() == example))
}

fn is_or_covers_a_public_suffix(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let suffix_of = |name: &str| psl::suffix_str(name).map(ToOwned::to_owned);
    let under = format!("x.{name}");
    suffix_of(name).as_deref() == Some(name) || suffix_of(&under) == Some(under)
}

fn method_errors(policy: &PolicyConfig, errors: &mut Errors) {
    let list = members(&policy.allow_methods, |one, other| one == other);
    if list.len() > 1 && list.iter().any(|(_, method)| *method == "*") {
        errors.push(("allow_methods".to_owned(), "methods-any-with-others"));
    }
    for (index, method) in list.into_iter().filter(|(_, method)| *method != "*") {
        let code = if !is_name(method, 64) {
            "method-invalid"
        } else if ["CONNECT", "TRACE", "TRACK"].contains(&method.to_uppercase().as_str()) {
            "method-forbidden"
        } else {
            continue;
        };
        errors.push((format!("allow_methods[{index}]"), code));
    }
}

fn is_name(text: &str, longest: usize) -> bool {
    is_token(text.as_bytes()) && !text.contains('*') && text.len() <= longest
}

fn request_header_errors(policy: &PolicyConfig, errors: &mut Errors) {
    let list = members(&policy.allow_headers, str::eq_ignore_ascii_case);
    let any = list.iter().any(|(_, name)| *name == "*");
    let others =
        list.iter().any(|(_, name)| *name != "*" && !name.eq_ignore_ascii_case("authorization"));
    if any && others {
        errors.push(("allow_headers".to_owned(), "request-headers-any-with-others"));
    }
    for (index, name) in list.into_iter().filter(|(_, name)| *name != "*") {
        let lower = name.to_lowercase();
        let forbidden = "accept-charset accept-encoding connection content-length cookie cookie2 \
                         date dnt expect host keep-alive origin referer set-cookie te trailer \
                         transfer-encoding upgrade via";
        let code = if !is_name(name, 128) {
            "request-header-invalid"
        } else if forbidden.split(' ').any(|other| other == lower)
            || lower.starts_with("proxy-")
            || lower.starts_with("sec-")
            || lower.starts_with("access-control-request-")
        {
            "request-header-forbidden"
        } else if lower.starts_with("access-control-") {
            "request-header-prohibited"
        } else {
            continue;
        };
        errors.push((format!("allow_headers[{index}]"), code));
    }
}

fn response_header_errors(policy: &PolicyConfig, errors: &mut Errors) {
    let whole = |code| ("expose_headers".to_owned(), code);
    let list = members(&policy.expose_headers, str::eq_ignore_ascii_case);
    let any = list.iter().any(|(_, name)| *name == "*");
    if any && list.len() > 1 {
        errors.push(whole("expose-any-with-others"));
    }
    if any && policy.allow_credentials {
        errors.push(whole("expose-any-with-credentials"));
    }
    for (index, name) in list.into_iter().filter(|(_, name)| *name != "*") {
        let lower = name.to_lowercase();
        let code = if !is_name(name, 128) {
            "response-header-invalid"
        } else if lower == "set-cookie" || lower == "set-cookie2" {
            "response-header-forbidden"
        } else if lower == "origin" || lower.starts_with("access-control-") {
            "response-header-prohibited"
        } else {
            continue;
        };
        errors.push((format!("expose_headers[{index}]"), code));
    }
}
