//! Header lists: [getting](https://fetch.spec.whatwg.org/#concept-header-list-get) a value, and
//! [extracting](https://fetch.spec.whatwg.org/#extract-header-list-values) values by their grammar.
//!
//! This is written from the standard, apart from the engine's own reading of lists.

use alloc::vec::Vec;

use super::Header;

/// The lines of a header.
fn lines<'h>(headers: &'h [Header], name: &str) -> impl Iterator<Item = &'h [u8]> {
    headers
        .iter()
        .filter(move |(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| value.as_slice())
}

pub(super) fn contains(headers: &[Header], name: &str) -> bool {
    lines(headers, name).next().is_some()
}

pub(super) fn count(headers: &[Header], name: &str) -> usize {
    lines(headers, name).count()
}

/// [Get](https://fetch.spec.whatwg.org/#concept-header-list-get): all lines, joined with `, `.
pub(super) fn get(headers: &[Header], name: &str) -> Option<Vec<u8>> {
    let mut lines = lines(headers, name);
    let mut value = lines.next()?.to_vec();
    for line in lines {
        value.extend_from_slice(b", ");
        value.extend_from_slice(line);
    }
    Some(value)
}

/// A line that is not of its header's grammar: the first element at fault, and the whole value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Invalid {
    pub(super) element: Vec<u8>,
    pub(super) value: Vec<u8>,
}

/// [Extracts header list values](https://fetch.spec.whatwg.org/#extract-header-list-values) of a
/// header whose grammar is `#token`: `Access-Control-Allow-Methods`, `-Allow-Headers` and
/// `-Expose-Headers`. `None` where the header is absent.
pub(super) fn extract_tokens(
    headers: &[Header],
    name: &str,
) -> Result<Option<Vec<Vec<u8>>>, Invalid> {
    // Step 1.
    if !contains(headers, name) {
        return Ok(None);
    }
    // Steps 3 and 4: one bad line fails all. A list may have empty elements (RFC 9110, section
    // 5.6.1.2).
    let mut values = Vec::new();
    for line in lines(headers, name) {
        for element in line.split(|&byte| byte == b',') {
            let element = strip_tabs_and_spaces(element);
            if element.is_empty() {
                continue;
            }
            if !is_token(element) {
                let value = get(headers, name).unwrap_or_default();
                return Err(Invalid { element: element.to_vec(), value });
            }
            values.push(element.to_vec());
        }
    }
    Ok(Some(values))
}

/// Takes HTTP tabs and spaces off both ends.
pub(super) fn strip_tabs_and_spaces(value: &[u8]) -> &[u8] {
    strip(value, |byte| matches!(byte, b'\t' | b' '))
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-header-value-normalize): takes HTTP
/// whitespace off both ends.
pub(super) fn normalize(value: &[u8]) -> &[u8] {
    strip(value, |byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '))
}

fn strip(value: &[u8], is_space: impl Fn(u8) -> bool) -> &[u8] {
    let start = value.iter().position(|&byte| !is_space(byte)).unwrap_or(value.len());
    let end =
        value.iter().rposition(|&byte| !is_space(byte)).map_or(start, |at| at.saturating_add(1));
    value.get(start..end).unwrap_or_default()
}

/// A `token` of RFC 9110, which is what a method and a header name are.
pub(super) fn is_token(bytes: &[u8]) -> bool {
    const SYMBOLS: &[u8] = b"!#$%&'*+-.^_`|~";
    !bytes.is_empty()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || SYMBOLS.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> Vec<Header> {
        lines.iter().map(|line| (b"A".to_vec(), line.as_bytes().to_vec())).collect()
    }

    /// The examples of [getting, decoding, and
    /// splitting](https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split), as far as
    /// they say what *get* gives.
    #[test]
    fn lines_are_joined() {
        assert_eq!(get(&headers(&["nosniff", "x"]), "a").unwrap(), b"nosniff, x");
        assert_eq!(get(&headers(&["", ""]), "a").unwrap(), b", ");
        assert_eq!(get(&headers(&[]), "a"), None);
    }

    #[test]
    fn a_list_is_read_line_by_line() {
        let extract = |lines: &[&str]| extract_tokens(&headers(lines), "a");
        assert_eq!(extract(&[]), Ok(None));
        assert_eq!(extract(&[""]), Ok(Some(Vec::new())));
        let read = extract(&[",y-lol,x-PriNT, ,,,Y-PRINT", "\t*"]).unwrap().unwrap();
        assert_eq!(read, [&b"y-lol"[..], b"x-PriNT", b"Y-PRINT", b"*"]);
        assert_eq!(extract(&["a", "b c", "d"]).unwrap_err().element, b"b c");
        assert_eq!(extract(&["a,\x0bb"]).unwrap_err().element, b"\x0bb");
    }
}
