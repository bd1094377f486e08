//! Origins that a policy lists, and origins that are nearly those.

/// An origin that is nearly a listed one, and the bug that would take it for that.
pub(super) struct Near {
    pub(super) what: &'static str,
    pub(super) origin: String,
    pub(super) bug: &'static str,
}

/// Origins that a listed one stands for: itself, or some that match the pattern.
pub(super) fn instances(listed: &str) -> Vec<String> {
    let with_ports = match listed.strip_suffix(":*") {
        Some(rest) => vec![rest.to_owned(), format!("{rest}:8443")],
        None => vec![listed.to_owned()],
    };
    let fill = |origin: &String| {
        if origin.contains("://*.") {
            vec![origin.replacen('*', "a", 1), origin.replacen('*', "a.b", 1)]
        } else {
            vec![origin.replacen('*', "a1", 1)]
        }
    };
    // After whole labels there may be another wildcard within one.
    with_ports.iter().flat_map(fill).map(|origin| origin.replace('*', "a1")).collect()
}

/// Scheme, host and port, with its colon.
fn split(origin: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = origin.split_once("://")?;
    let port = match rest.rfind(':') {
        // Not within an IPv6 address.
        Some(at) if !rest.get(at..)?.contains(']') => at,
        _ => rest.len(),
    };
    let (host, port) = rest.split_at_checked(port)?;
    Some((scheme, host, port))
}

/// What is nearly this origin, and is another.
pub(super) fn near(origin: &str) -> Vec<Near> {
    let Some((scheme, host, port)) = split(origin) else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |what, origin: String, bug| found.push(Near { what, origin, bug });
    add(
        "followed by another domain",
        format!("{scheme}://{host}.corsac-evil.example{port}"),
        "prefix-match",
    );
    add("preceded by letters", format!("{scheme}://corsac{host}{port}"), "suffix-match");
    add(
        "preceded by letters and hyphen",
        format!("{scheme}://corsac-{host}{port}"),
        "suffix-match",
    );
    add("a subdomain", format!("{scheme}://corsac.{host}{port}"), "suffix-match");
    if let Some((first, rest)) = host.split_once('.') {
        add("a dot that is a letter", format!("{scheme}://{first}x{rest}{port}"), "regex-dot");
        if rest.contains('.') {
            add("the parent domain", format!("{scheme}://{rest}{port}"), "suffix-match");
        }
    }
    add("with trailing dot", format!("{scheme}://{host}.{port}"), "other");
    match scheme {
        "https" => {
            add("without transport security", format!("http://{host}{port}"), "scheme-downgrade");
        }
        "http" => add("with transport security", format!("https://{host}{port}"), "other"),
        _ => {}
    }
    if port.is_empty() {
        add("with a port", format!("{scheme}://{host}:8443"), "port-confusion");
    } else {
        add("without the port", format!("{scheme}://{host}"), "port-confusion");
        // Never a port that is none.
        add("with another port", format!("{scheme}://{host}:1"), "port-confusion");
    }
    found
}

/// What is nearly matched by a pattern, and is not.
pub(super) fn near_pattern(pattern: &str) -> Vec<Near> {
    let mut found = Vec::new();
    let mut add = |what, origin: String, bug| found.push(Near { what, origin, bug });
    let pattern = pattern.strip_suffix(":*").unwrap_or(pattern);
    if let Some((scheme, domain)) = pattern.split_once("://*.") {
        let domain = domain.replace('*', "a1");
        add("the domain without a label", format!("{scheme}://{domain}"), "suffix-match");
        add("the label without its dot", format!("{scheme}://corsac{domain}"), "suffix-match");
    } else if pattern.contains('*') {
        add("a dot within the label", pattern.replacen('*', "a.b", 1), "regex-dot");
        add("nothing within the label", pattern.replacen('*', "", 1), "other");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled() {
        assert_eq!(instances("https://a.example"), ["https://a.example"]);
        assert_eq!(
            instances("https://*.a.example"),
            ["https://a.a.example", "https://a.b.a.example"]
        );
        assert_eq!(instances("http://localhost:*"), ["http://localhost", "http://localhost:8443"]);
        assert_eq!(instances("https://pr-*.a.example"), ["https://pr-a1.a.example"]);
        assert_eq!(
            instances("https://*.pr-*.a.example").first().unwrap(),
            "https://a.pr-a1.a.example"
        );
    }

    #[test]
    fn near_ones_are_others() {
        for origin in
            ["https://a.b.example", "http://localhost:8080", "http://[::1]:3000", "http://[::1]"]
        {
            let near = near(origin);
            assert!(near.len() > 5, "{origin}");
            assert!(near.iter().all(|near| near.origin != origin), "{origin}");
        }
        assert!(near("null").is_empty());
        let origins = |pattern| -> Vec<String> {
            near_pattern(pattern).into_iter().map(|near| near.origin).collect()
        };
        assert_eq!(
            origins("https://*.a.example"),
            ["https://a.example", "https://corsaca.example"]
        );
        assert_eq!(
            origins("https://pr-*.a.example:*"),
            ["https://pr-a.b.a.example", "https://pr-.a.example"]
        );
        assert!(origins("http://localhost:*").is_empty());
    }
}
