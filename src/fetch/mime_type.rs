//! [Parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type), as far as its essence.

use alloc::string::String;

/// The [essence](https://mimesniff.spec.whatwg.org/#mime-type-essence) of a value, isomorphic
/// decoded; `None` is the standard's failure. Parameters never make it fail, so they are not read.
pub(super) fn essence(value: &[u8]) -> Option<String> {
    // Step 1.
    let input = super::header_list::normalize(value);
    // Steps 2 to 6: the type goes up to the first slash.
    let slash = input.iter().position(|&byte| byte == b'/')?;
    let (kind, rest) = input.split_at_checked(slash)?;
    if !is_http_token(kind) {
        return None;
    }
    // Steps 7 to 9: the subtype goes up to the first semicolon; whitespace after it is dropped.
    let subtype = rest.get(1..)?.split(|&byte| byte == b';').next()?;
    let end = subtype.iter().rposition(|byte| !matches!(byte, b'\t' | b'\n' | b'\r' | b' '))?;
    let subtype = subtype.get(..=end)?;
    if !is_http_token(subtype) {
        return None;
    }
    let mut essence = String::with_capacity(input.len());
    for byte in kind.iter().chain(b"/").chain(subtype) {
        essence.push(char::from(byte.to_ascii_lowercase()));
    }
    Some(essence)
}

/// One or more [HTTP token code points](https://mimesniff.spec.whatwg.org/#http-token-code-point).
fn is_http_token(bytes: &[u8]) -> bool {
    super::header_list::is_token(bytes)
}

#[cfg(test)]
mod tests {
    use super::essence;

    /// Rows of the MIME sniffing standard's own data for what is no MIME type, and for what is.
    #[test]
    fn an_essence_is_found() {
        for (value, expected) in [
            ("text/plain", Some("text/plain")),
            ("Text/Plain;charset=utf-8", Some("text/plain")),
            ("\ttext/plain ; x", Some("text/plain")),
            ("text/plain;garbage\"(", Some("text/plain")),
            ("*/*", Some("*/*")),
            ("", None),
            ("\t", None),
            ("/", None),
            ("bogus", None),
            ("bogus/", None),
            ("bogus/ ", None),
            ("bogus/bogus/;", None),
            ("</>", None),
            ("(/)", None),
            ("text/html(;doesnot=matter", None),
            ("{/}", None),
            ("text /plain", None),
            ("text/plain,application/json", None),
            ("\u{b}text/plain", None),
        ] {
            assert_eq!(essence(value.as_bytes()).as_deref(), expected, "{value:?}");
        }
    }
}
