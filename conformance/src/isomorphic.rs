//! [Isomorphic encoding](https://infra.spec.whatwg.org/#isomorphic-encode): a header's bytes as a
//! JSON string, one code point a byte.

use std::borrow::Cow;

/// The bytes of a string whose code points are all at most U+00FF.
#[must_use]
pub fn encode(text: &str) -> Option<Cow<'_, [u8]>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect::<Option<Vec<u8>>>()
        .map(Cow::Owned)
}

/// The string that stands for `bytes`.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encode(&decode(&all)).unwrap(), all);
        assert_eq!(decode(b"a\xff"), "a\u{ff}");
        assert_eq!(encode("\u{100}"), None);
    }
}
