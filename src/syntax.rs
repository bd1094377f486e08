//! Tokens and whitespace of RFC 9110, and HTTP whitespace of Fetch, over bytes.

/// How much whitespace is taken off each side of a value: more than any client sends, and little
/// enough that a megabyte of it costs nothing.
const MOST_WHITESPACE: usize = 32;

/// One entry a byte.
type Table = [bool; 256];

/// `tchar` of [RFC 9110, section 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
const fn is_tchar_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would refuse an index out of range"
)]
const TCHAR: Table = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = is_tchar_byte(byte);
        byte += 1;
    }
    table
};

/// Whether `byte` may stand in a token.
#[inline]
pub(crate) fn is_tchar(byte: u8) -> bool {
    TCHAR.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Whether `bytes` is a [token](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| is_tchar(byte))
}

/// [HTTP whitespace](https://fetch.spec.whatwg.org/#http-whitespace): HT, LF, CR and SP. Not what
/// `str::trim` takes off, which is Unicode's.
fn is_http_whitespace(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

/// `OWS` of [RFC 9110, section 5.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3).
pub(crate) fn is_ows(byte: u8) -> bool {
    matches!(byte, b'\t' | b' ')
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-header-value-normalize) a header value:
/// takes HTTP whitespace off both sides, at most [`MOST_WHITESPACE`] bytes of it on each.
#[inline]
pub(crate) fn normalize(value: &[u8]) -> &[u8] {
    // Whatever is whitespace is not above a space; `strip` looks more closely.
    match (value.first(), value.last()) {
        (Some(&first), Some(&last)) if first <= b' ' || last <= b' ' => strip(value),
        _ => value,
    }
}

#[cold]
fn strip(value: &[u8]) -> &[u8] {
    let is_other = |&byte: &u8| !is_http_whitespace(byte);
    let window = value.get(..MOST_WHITESPACE).unwrap_or(value);
    let start = window.iter().position(is_other).unwrap_or(window.len());
    let value = value.get(start..).unwrap_or_default();
    let window = value.last_chunk::<MOST_WHITESPACE>().map_or(value, |last| last.as_slice());
    let end = window.iter().rev().position(is_other).unwrap_or(window.len());
    value.get(..value.len().saturating_sub(end)).unwrap_or_default()
}

/// Whether two strings are the same. Those of 8 to 32 bytes, as origins and header names are, are
/// compared as two words, which takes less than a call does.
#[inline]
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    is_same_at_a_glance(one, other).unwrap_or_else(|| one == other)
}

/// The same without a call, even of strings shorter or longer than those: a call would cost whoever
/// asks the registers that it may change, which is more than it takes to compare an origin.
#[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
#[inline(always)]
pub(crate) fn is_same_without_call(one: &[u8], other: &[u8]) -> bool {
    is_same_at_a_glance(one, other).unwrap_or_else(|| {
        let (words, rest) = one.as_chunks::<8>();
        let (others, other) = other.as_chunks::<8>();
        words.iter().zip(others).all(|(one, other)| one == other)
            && rest.iter().zip(other).all(|(one, other)| one == other)
    })
}

/// Whether two strings of 8 to 32 bytes are the same, or of different lengths or none.
#[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
#[inline(always)]
fn is_same_at_a_glance(one: &[u8], other: &[u8]) -> Option<bool> {
    if one.len() != other.len() {
        return Some(false);
    }
    if one.len() <= 32
        && let (Some(start), Some(end)) = (one.first_chunk::<16>(), one.last_chunk::<16>())
        && let (Some(begin), Some(finish)) = (other.first_chunk::<16>(), other.last_chunk::<16>())
    {
        return Some(start == begin && end == finish);
    }
    if one.len() < 16
        && let (Some(start), Some(end)) = (one.first_chunk::<8>(), one.last_chunk::<8>())
        && let (Some(begin), Some(finish)) = (other.first_chunk::<8>(), other.last_chunk::<8>())
    {
        return Some(start == begin && end == finish);
    }
    one.is_empty().then_some(true)
}

/// Whether `text`, in whatever case it is written, is `lower`, which is ASCII in lower case.
#[inline]
pub(crate) fn is_same_in_any_case(lower: &[u8], text: &[u8]) -> bool {
    if lower.len() != text.len() {
        return false;
    }
    // Eight bytes at a time, and the last eight, of which some may have been compared already.
    match (lower.last_chunk(), text.last_chunk()) {
        (Some(end), Some(finish)) => {
            let (chunks, _) = lower.as_chunks();
            let (others, _) = text.as_chunks();
            are_same_in_any_case(*end, *finish)
                && chunks.iter().zip(others).all(|(one, two)| are_same_in_any_case(*one, *two))
        }
        _ => lower.iter().zip(text).all(|(one, two)| *one == two.to_ascii_lowercase()),
    }
}

#[inline]
fn are_same_in_any_case(lower: [u8; 8], text: [u8; 8]) -> bool {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    let (lower, text) = (u64::from_le_bytes(lower), u64::from_le_bytes(text));
    let difference = lower ^ text;
    if difference == 0 {
        return true;
    }
    // A letter may lack the bit that makes it a small one. Since `lower` is ASCII, there is room in
    // each byte for the carry of an addition.
    let from_a = lower.wrapping_add(all(0x80 - b'a'));
    let above_z = lower.wrapping_add(all(0x7f - b'z'));
    let letters = (from_a ^ above_z) & all(0x80);
    difference & !(letters >> 2) == 0
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn a_token_is_what_rfc_9110_says() {
        let allowed =
            b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for byte in 0..=u8::MAX {
            assert_eq!(is_tchar(byte), allowed.contains(&byte), "{byte:#04x}");
        }
        assert!(is_token(b"x-a"));
        assert!(!is_token(b""));
        assert!(!is_token(b"x a"));
    }

    #[test]
    fn only_http_whitespace_is_taken_off() {
        assert_eq!(normalize(b" \t\r\n a b \t"), b"a b");
        assert_eq!(normalize(b"\x0ba\x0c"), b"\x0ba\x0c");
        assert_eq!(normalize(b"\xa0a"), b"\xa0a");
        assert_eq!(normalize(b"  "), b"");
        assert_eq!(normalize(b""), b"");
    }

    #[test]
    fn the_same_is_the_same() {
        let bytes: Vec<u8> = (0..80).collect();
        for is_same in [is_same, is_same_without_call] {
            for length in 0..75 {
                let one = &bytes[..length];
                let copy = one.to_vec();
                assert!(is_same(one, &copy));
                assert!(!is_same(one, &bytes[..=length]));
                assert!(!is_same(&bytes[..=length], one));
                for at in 0..length {
                    let mut other = one.to_vec();
                    other[at] ^= 0x80;
                    assert!(!is_same(one, &other), "{length} {at}");
                }
            }
        }
    }

    #[test]
    fn the_same_in_any_case_is_what_it_is_byte_by_byte() {
        let lower = b"x-a_b~z`a^9.az!q-content-type";
        for length in 0..=lower.len() {
            let lower = &lower[..length];
            assert!(is_same_in_any_case(lower, &lower.to_ascii_uppercase()));
            assert!(!is_same_in_any_case(lower, &[lower, b"a"].concat()));
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = lower.to_vec();
                    text[at] = byte;
                    let expected = text.to_ascii_lowercase() == lower;
                    assert_eq!(is_same_in_any_case(lower, &text), expected, "{length} {at} {byte}");
                }
            }
        }
    }

    #[test]
    fn whitespace_is_taken_off_within_bounds() {
        let mut value = [b' '; 2 * MOST_WHITESPACE + 1];
        value[MOST_WHITESPACE] = b'a';
        assert_eq!(normalize(&value), b"a");
        let mut longer = [b' '; MOST_WHITESPACE + 2];
        longer[MOST_WHITESPACE + 1] = b'a';
        assert_eq!(normalize(&longer), b" a");
    }
}
