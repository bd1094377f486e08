//! What is a serialized origin, and what a pattern of them.

use corsac::{Origin, OriginError, OriginPattern, PatternErrorKind};

#[test]
fn a_serialized_origin_is_read() {
    for (text, scheme, host, port) in [
        ("https://example.com", "https", "example.com", None),
        ("http://localhost:3000", "http", "localhost", Some(3000)),
        ("https://a_b.example.com", "https", "a_b.example.com", None),
        ("https://-a-.example", "https", "-a-.example", None),
        ("https://example.com.", "https", "example.com.", None),
        ("https://xn--bcher-kva.example", "https", "xn--bcher-kva.example", None),
        ("https://127.0.0.1:8443", "https", "127.0.0.1", Some(8443)),
        ("https://0.0.0.0", "https", "0.0.0.0", None),
        ("https://255.255.255.255", "https", "255.255.255.255", None),
        ("https://[::1]:65535", "https", "[::1]", Some(65535)),
        ("https://[2001:db8::ff]", "https", "[2001:db8::ff]", None),
        ("https://1.2.3.4a", "https", "1.2.3.4a", None),
        ("https://1.0xg", "https", "1.0xg", None),
        ("https://example.com:0", "https", "example.com", Some(0)),
        ("https://example.com:80", "https", "example.com", Some(80)),
        ("http://example.com:443", "http", "example.com", Some(443)),
        ("chrome-extension://abcdefghijklmnop", "chrome-extension", "abcdefghijklmnop", None),
        ("moz-extension://0c-1d", "moz-extension", "0c-1d", None),
        ("tauri://localhost", "tauri", "localhost", None),
        ("capacitor://localhost:443", "capacitor", "localhost", Some(443)),
        ("a+b-c.1://x", "a+b-c.1", "x", None),
    ] {
        let origin = Origin::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"));
        let parts = (origin.scheme().unwrap(), origin.host().unwrap(), origin.port());
        assert_eq!(parts, (scheme, host, port), "{text}");
        assert_eq!((origin.as_str(), origin.is_null()), (text, false));
    }
    // As long as a name in DNS can be, without the dot that may follow it.
    let longest = format!("https://{}", "a".repeat(253));
    for text in [&longest, &format!("{longest}."), &format!("{longest}:65535")] {
        assert_eq!(Origin::parse(text.as_bytes()).map(|origin| origin.as_str()), Ok(&**text));
    }
    let null = Origin::parse(b"null").unwrap();
    assert!(null.is_null());
    assert_eq!((null.scheme(), null.host(), null.port()), (None, None, None));
}

#[test]
fn anything_else_is_none() {
    use OriginError::{
        DefaultPort, Host, HostMissing, Ipv4, Ipv6, Port, Scheme, TooLong, Trailing,
    };
    let long_label = "a".repeat(254);
    let long_host = format!("https://{long_label}");
    let long_scheme = format!("{}://x", "a".repeat(65));
    for (text, error) in [
        ("", Scheme),
        ("example.com", Scheme),
        ("//example.com", Scheme),
        ("://example.com", Scheme),
        ("https:example.com", Scheme),
        ("https:/example.com", Scheme),
        ("HTTPS://example.com", Scheme),
        ("1a://example.com", Scheme),
        ("ht tp://example.com", Scheme),
        (" https://example.com", Scheme),
        ("NULL", Scheme),
        ("null ", Scheme),
        (&long_scheme, Scheme),
        ("https://", HostMissing),
        ("https://:443", HostMissing),
        ("file:///", HostMissing),
        ("file://", HostMissing),
        ("https://Example.com", Host),
        ("https://ex ample.com", Host),
        ("https://.example.com", Host),
        ("https://a..example.com", Host),
        ("https://example.com..", Host),
        ("https://.", Host),
        ("https://user@example.com", Host),
        ("https://ex%41mple.com", Host),
        ("https://b\u{fc}cher.example", Host),
        ("https://*.example.com", Host),
        ("https://a\0.example.com", Host),
        ("https://a.com, https://b.com", Host),
        (&long_host, TooLong),
        ("https://1.2.3", Ipv4),
        ("https://1.2.3.4.", Ipv4),
        ("https://1.2.3.256", Ipv4),
        ("https://1.2.3.04", Ipv4),
        ("https://1.2.3.4.5", Ipv4),
        ("https://0x7f.1", Ipv4),
        ("https://2130706433", Ipv4),
        ("https://a.0x", Ipv4),
        ("https://a.0x1f", Ipv4),
        ("https://example.1", Ipv4),
        ("https://[::1", Ipv6),
        ("https://[]", Ipv6),
        ("https://[::0001]", Ipv6),
        ("https://[::FF]", Ipv6),
        ("https://[::127.0.0.1]", Ipv6),
        ("https://[0:0:0:0:0:0:0:1]", Ipv6),
        ("https://example.com:", Port),
        ("https://example.com:x", Port),
        ("https://example.com:08", Port),
        ("https://example.com:65536", Port),
        ("https://example.com:4294967739", Port),
        ("https://example.com:-1", Port),
        ("https://example.com:+1", Port),
        ("https://example.com:443", DefaultPort),
        ("http://example.com:80", DefaultPort),
        ("ws://example.com:80", DefaultPort),
        ("wss://example.com:443", DefaultPort),
        ("ftp://example.com:21", DefaultPort),
        ("https://example.com/", Trailing),
        ("https://example.com?", Trailing),
        ("https://example.com#", Trailing),
        ("https://example.com:8080/", Trailing),
        ("https://[::1]x", Trailing),
    ] {
        assert_eq!(Origin::parse(text.as_bytes()).err(), Some(error), "{text}");
    }
    assert!(Origin::parse(b"https://\xff.example").is_err());
}

#[test]
fn a_pattern_matches_what_it_says() {
    for (pattern, matching, others) in [
        (
            "https://*.example.com",
            &["https://a.example.com", "https://a.b.example.com", "https://_x.example.com"][..],
            &[
                "https://example.com",
                "https://aexample.com",
                "https://a.example.com:8443",
                "http://a.example.com",
                "https://a.example.com.",
                "https://a.example.com.evil.net",
                "null",
            ][..],
        ),
        (
            "http://localhost:*",
            &["http://localhost", "http://localhost:1", "http://localhost:65535"],
            &["https://localhost:1", "http://localhost.evil.net:1", "http://a.localhost:1"],
        ),
        (
            "https://pr-*-shop.example.net",
            &["https://pr-1-shop.example.net", "https://pr---shop.example.net"],
            &[
                "https://pr--shop.example.net",
                "https://pr-shop.example.net",
                "https://pr-a.b-shop.example.net",
                "https://pr-a_b-shop.example.net",
                "https://x.pr-1-shop.example.net",
                "https://pr-1-shopping.example.net",
            ],
        ),
        (
            "https://*--site.example.org",
            &["https://a--site.example.org", "https://---site.example.org"],
            &["https://--site.example.org", "https://a.b--site.example.org"],
        ),
        (
            "https://*.pr-*.a*b.example.org:8443",
            &["https://x.y.pr-1.a-b.example.org:8443"],
            &["https://pr-1.a-b.example.org:8443", "https://x.pr-1.ab.example.org:8443"],
        ),
        ("https://*.example.com.", &["https://a.example.com."], &["https://a.example.com"]),
        ("https://[::1]:*", &["https://[::1]", "https://[::1]:1"], &["https://[::2]:1"]),
        ("chrome-extension://a*", &[], &[]),
        ("tauri://*.x", &["tauri://a.x"], &["tauri://x"]),
    ] {
        let Ok(pattern) = pattern.parse::<OriginPattern>() else {
            assert!(matching.is_empty() && others.is_empty(), "{pattern} is a pattern");
            continue;
        };
        for origin in matching {
            let origin = Origin::parse(origin.as_bytes()).unwrap();
            assert!(pattern.matches(&origin), "{pattern} matches {origin}");
        }
        for origin in others {
            let origin = Origin::parse(origin.as_bytes()).unwrap();
            assert!(!pattern.matches(&origin), "{pattern} does not match {origin}");
        }
    }
}

#[test]
fn a_pattern_that_could_match_nothing_is_none() {
    for text in [
        "https://*",
        "https://*.",
        "https://*.*",
        "https://*.com.*",
        "https://a.*.example.com",
        "https://*.*.example.com",
        "https://a**b.example.com",
        "https://a*b*c.example.com",
        "https://a.b*",
        "http*://example.com",
        "*://example.com",
        "https://example.com:80*",
        "https://example.com:*0",
        "https://example.com:80:*",
        "https://[::1]:80:*",
        "https://:*example.com",
        "https://:*example.com:80",
        "https://example.com/*",
        "https://*@example.com",
        "https://*.1.2.3.4",
        "https://1.2.3*.4",
        "https://[::*]",
        "*.example.com",
    ] {
        let kind = text.parse::<OriginPattern>().map_err(|error| error.kind());
        assert_eq!(kind, Err(PatternErrorKind::Wildcard), "{text}");
    }
    for (text, kind) in [
        ("*", PatternErrorKind::Any),
        ("null", PatternErrorKind::Null),
        ("file:///etc", PatternErrorKind::File),
        ("FILE://", PatternErrorKind::File),
    ] {
        assert_eq!(text.parse::<OriginPattern>().map_err(|error| error.kind()), Err(kind));
    }
}

#[cfg(feature = "url")]
#[test]
fn the_form_that_browsers_send_is_suggested() {
    for (text, suggestion) in [
        ("https://Example.COM", Some("https://example.com")),
        ("https://example.com/", Some("https://example.com")),
        ("https://example.com/path?q#f", Some("https://example.com")),
        ("https://example.com:443", Some("https://example.com")),
        ("http://example.com:0080/", Some("http://example.com")),
        ("https://user:password@example.com", Some("https://example.com")),
        ("https://b\u{fc}cher.example", Some("https://xn--bcher-kva.example")),
        ("https://0x7f.1", Some("https://127.0.0.1")),
        ("https://[0:0::0:1]", Some("https://[::1]")),
        ("https://*.Example.com/", Some("https://*.example.com")),
        ("HTTP://LocalHost:*", Some("http://localhost:*")),
        (" https://example.com", Some("https://example.com")),
        ("example.com", Some("https://example.com")),
        ("localhost:3000", Some("http://localhost:3000")),
        ("https://", None),
        // Punycode of nothing, with whatever stands for the wildcard: not even as it is.
        ("https://xn--bcher-kvaxn--bcher-kva*2co.uk", None),
        ("not an origin", None),
        ("https://exa mple.com", None),
        ("", None),
    ] {
        let error = text.parse::<OriginPattern>().unwrap_err();
        assert_eq!(error.suggestion(), suggestion, "{text}: {error}");
    }
}
