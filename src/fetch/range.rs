//! [Parse a single range header value](https://fetch.spec.whatwg.org/#simple-range-header-value).

use core::cmp::Ordering;

/// The start and the end of a range, each as its decimal digits where it is there: they are not
/// bounded, so they are compared as text.
pub(super) type Range<'v> = (Option<&'v [u8]>, Option<&'v [u8]>);

/// Parses a value, *allowWhitespace* being false. `None` is the standard's failure.
pub(super) fn parse_single_range(
    value: &[u8],
    unit_matches: fn(&[u8]) -> bool,
) -> Option<Range<'_>> {
    // Steps 2 to 6.
    let (unit, rest) = value.split_at_checked("bytes".len())?;
    if !unit_matches(unit) {
        return None;
    }
    let rest = rest.strip_prefix(b"=")?;
    // Steps 8 to 12.
    let (start, rest) = digits(rest);
    let rest = rest.strip_prefix(b"-")?;
    // Steps 14 to 16.
    let (end, rest) = digits(rest);
    if !rest.is_empty() {
        return None;
    }
    // Steps 17 and 18.
    match (start, end) {
        (None, None) => None,
        (Some(start), Some(end)) if compare(start, end) == Ordering::Greater => None,
        range => Some(range),
    }
}

/// [Collects](https://infra.spec.whatwg.org/#collect-a-sequence-of-code-points) ASCII digits.
fn digits(value: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let length = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = value.split_at_checked(length).unwrap_or((value, &[]));
    ((!digits.is_empty()).then_some(digits), rest)
}

/// Compares decimal numbers of any length.
fn compare(one: &[u8], other: &[u8]) -> Ordering {
    let significant = |digits: &[u8]| {
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        digits.len().saturating_sub(zeros)
    };
    let (a, b) = (significant(one), significant(other));
    let tail = |digits: &[u8], length: usize| {
        digits.get(digits.len().saturating_sub(length)..).map(<[u8]>::to_vec)
    };
    a.cmp(&b).then_with(|| tail(one, a).cmp(&tail(other, b)))
}
