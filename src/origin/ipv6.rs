//! IPv6 addresses in the one form in which the URL standard writes them.

/// Whether `host`, brackets included, is what the
/// [IPv6 serializer](https://url.spec.whatwg.org/#concept-ipv6-serializer) writes: lower-case
/// pieces without leading zeros, the first longest run of at least two zero pieces compressed,
/// never an embedded IPv4 address.
pub(super) fn is_canonical(host: &[u8]) -> bool {
    let [b'[', address @ .., b']'] = host else { return false };
    parse(address).is_some_and(|pieces| serializes_to(&pieces, address))
}

/// The eight pieces of an address, leniently as to which zeros are compressed.
fn parse(address: &[u8]) -> Option<[u16; 8]> {
    // The longest address has eight pieces of four digits and seven colons.
    if address.len() > 39 {
        return None;
    }
    let mut pieces = [0_u16; 8];
    let Some(gap) = address.windows(2).position(|pair| pair == b"::") else {
        return (fill(pieces.iter_mut(), address)? == 8).then_some(pieces);
    };
    let (head, tail) = (address.get(..gap)?, address.get(gap.checked_add(2)?..)?);
    let before = if head.is_empty() { 0 } else { fill(pieces.iter_mut(), head)? };
    // The tail ends where the address ends, so it is laid down once its length is known.
    let after = tail.split(|&byte| byte == b':').count();
    if tail.is_empty() {
        return (before < 8).then_some(pieces);
    }
    let start = 8_usize.checked_sub(after)?;
    (start > before).then_some(())?;
    (fill(pieces.iter_mut().skip(start), tail)? == after).then_some(pieces)
}

/// Reads pieces divided by single colons into `slots`; how many there were.
fn fill<'s>(mut slots: impl Iterator<Item = &'s mut u16>, text: &[u8]) -> Option<usize> {
    let mut count = 0_usize;
    for piece in text.split(|&byte| byte == b':') {
        *slots.next()? = parse_piece(piece)?;
        count = count.saturating_add(1);
    }
    Some(count)
}

/// One piece: one to four lower-case hexadecimal digits without leading zeros.
fn parse_piece(piece: &[u8]) -> Option<u16> {
    if piece.is_empty() || piece.len() > 4 || (piece.len() > 1 && piece.first() == Some(&b'0')) {
        return None;
    }
    piece.iter().try_fold(0_u16, |number, &digit| {
        let digit = match digit {
            b'0'..=b'9' => digit.wrapping_sub(b'0'),
            b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
            _ => return None,
        };
        Some(number.wrapping_shl(4) | u16::from(digit))
    })
}

/// Whether the serializer writes `pieces` as `address`. Each piece has been found to be in its
/// shortest form, so only the place of `::` is left to check.
fn serializes_to(pieces: &[u16; 8], address: &[u8]) -> bool {
    let (start, length) = compressed(pieces);
    let gap = address.windows(2).position(|pair| pair == b"::");
    let Some(gap) = gap else { return length < 2 };
    let before = match address.get(..gap) {
        None | Some([]) => 0,
        Some(head) => head.split(|&byte| byte == b':').count(),
    };
    let after = match address.get(gap.saturating_add(2)..) {
        None | Some([]) => 0,
        Some(tail) => tail.split(|&byte| byte == b':').count(),
    };
    length >= 2 && before == start && before.saturating_add(after).saturating_add(length) == 8
}

/// The first longest run of zero pieces: where it begins, and how many they are
/// ([find the IPv6 address compressed piece index](https://url.spec.whatwg.org/#find-the-ipv6-address-compressed-piece-index)).
fn compressed(pieces: &[u16; 8]) -> (usize, usize) {
    let (mut longest, mut current) = ((0, 0), (0, 0_usize));
    for (at, &piece) in pieces.iter().enumerate() {
        if piece != 0 {
            current = (at.saturating_add(1), 0);
            continue;
        }
        current.1 = current.1.saturating_add(1);
        if current.1 > longest.1 {
            longest = current;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn canonical_addresses_are_accepted() {
        for host in [
            "[::]",
            "[::1]",
            "[1::]",
            "[2001:db8::1]",
            "[1:2:3:4:5:6:7:8]",
            "[1:0:3:4:5:6:7:8]",
            "[1::4:5:0:0:8]",
            "[1:0:0:4:5::8]",
            "[::ffff:7f00:1]",
            "[fe80::a:b:c:d]",
            "[0:2:3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7:0]",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
        ] {
            // "1:0:0:4:5::8" has two runs of two zeros; the first is the one to compress.
            let expected = host != "[1:0:0:4:5::8]";
            assert_eq!(is_canonical(host.as_bytes()), expected, "{host}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for host in [
            "[]",
            "[:]",
            "[:::]",
            "[::1",
            "::1",
            "[0::1]",
            "[::0]",
            "[::01]",
            "[::A]",
            "[::ffff:127.0.0.1]",
            "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7:8:9]",
            "[1::3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7::]",
            "[::2:3:4:5:6:7:8]",
            "[1::2::3]",
            "[0:0:0:0:0:0:0:1]",
            "[12345::]",
            "[::1%25eth0]",
            "[1::4:5:0:0:0]",
        ] {
            assert!(!is_canonical(host.as_bytes()), "{host}");
        }
    }
}
