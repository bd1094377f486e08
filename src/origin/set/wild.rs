//! What may stand for a wildcard, looked at sixteen bytes at a time.
//!
//! Whoever sends an origin chooses what stands for the wildcard, and how long it is: these are the
//! only loops over it. What they ask of sixteen bytes is asked without a branch and as ranges, so
//! that the compiler asks it of all of them at once.

use super::super::{HostByte, host_byte};

/// What is looked at at once.
type Block = [u8; 16];

/// How many bytes are looked at one after another.
const FEW: usize = 8;

/// Whether `bytes` are labels of a host as it is serialized, none of them empty: what `*.` stands
/// for.
#[inline(never)]
pub(super) fn are_labels(bytes: &[u8]) -> bool {
    if bytes.len() > FEW {
        return are_many_labels(bytes);
    }
    let mut is_empty = true;
    for &byte in bytes {
        match host_byte(byte) {
            HostByte::Label => is_empty = false,
            HostByte::Dot if !is_empty => is_empty = true,
            HostByte::Dot | HostByte::End | HostByte::Other => return false,
        }
    }
    !is_empty
}

/// The same for more than a few.
#[inline(never)]
fn are_many_labels(bytes: &[u8]) -> bool {
    let is_label_byte = |byte: u8| host_byte(byte) == HostByte::Label;
    match (bytes, bytes) {
        ([first, next @ ..], [before @ .., last]) => {
            is_label_byte(*first) && is_label_byte(*last) && in_blocks::<true>(before, next)
        }
        _ => false,
    }
}

/// Whether `bytes` may be part of a label: what a `*` beside literal text stands for.
#[inline(never)]
pub(super) fn is_part_of_label(bytes: &[u8]) -> bool {
    if bytes.len() >= FEW {
        return in_blocks::<false>(bytes, bytes);
    }
    !bytes.is_empty() && bytes.iter().all(|&byte| is_wild(byte))
}

/// Whether all of `bytes` are label bytes and single dots, if there may be `DOTS`, or else such as
/// a `*` beside literal text stands for. `next` begins and ends one byte after `bytes`. Not for
/// fewer than eight bytes.
#[inline]
fn in_blocks<const DOTS: bool>(bytes: &[u8], next: &[u8]) -> bool {
    if let (Some(end), Some(next_end)) = (bytes.last_chunk(), next.last_chunk()) {
        // The last block overlaps the one before it, unless they are all whole.
        let (blocks, _) = bytes.as_chunks();
        let (nexts, _) = next.as_chunks();
        return are_sound::<DOTS>(end, next_end)
            && blocks.iter().zip(nexts).all(|(block, next)| are_sound::<DOTS>(block, next));
    }
    match (of_halves(bytes), of_halves(next)) {
        (Some(block), Some(next)) => is_sound_block::<DOTS>(&block, &next),
        _ => false,
    }
}

/// Eight bytes to sixteen as a block: the first eight and the last eight.
#[inline]
fn of_halves(bytes: &[u8]) -> Option<Block> {
    let (start, end) = (bytes.first_chunk()?, bytes.last_chunk()?);
    let [start, end] = [start, end].map(|half| u128::from(u64::from_le_bytes(*half)));
    Some((start | end << 64).to_le_bytes())
}

/// A block of halves: known to be made of two words, it would be looked at byte by byte.
#[inline(never)]
fn is_sound_block<const DOTS: bool>(block: &Block, next: &Block) -> bool {
    are_sound::<DOTS>(block, next)
}

/// What is asked of each block.
#[expect(clippy::inline_always, reason = "so that it is part of the loop")]
#[expect(clippy::needless_bitwise_bool, reason = "there is a branch in the others")]
#[inline(always)]
fn are_sound<const DOTS: bool>(block: &Block, next: &Block) -> bool {
    block.iter().zip(next).fold(true, |all, (&byte, &next)| {
        let is_sound = if DOTS {
            // From `-` to `9` and from `_` to `z`, each without the one byte that is none.
            let is_low = (byte.wrapping_sub(b'-') <= b'9' - b'-') & (byte != b'/');
            let is_high = (byte.wrapping_sub(b'_') <= b'z' - b'_') & (byte != b'`');
            (is_low | is_high) & ((byte != b'.') | (next != b'.'))
        } else {
            is_wild(byte)
        };
        all & is_sound
    })
}

#[expect(clippy::needless_bitwise_bool, reason = "there is a branch in the others")]
#[inline]
fn is_wild(byte: u8) -> bool {
    byte.is_ascii_lowercase() | byte.is_ascii_digit() | (byte == b'-')
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Those beside the ends of the ranges, and the same with their highest bit set.
    fn bytes() -> Vec<u8> {
        let low = *b"\0 +,-./0189:;@AMZ[^_`abmyz{\x7f";
        low.iter().flat_map(|&byte| [byte, byte | 0x80]).collect()
    }

    fn are_labels_naively(bytes: &[u8]) -> bool {
        bytes.split(|&byte| byte == b'.').all(|label| {
            !label.is_empty()
                && label.iter().all(|byte| b"abcdefghijklmnopqrstuvwxyz0123456789_-".contains(byte))
        })
    }

    fn is_part_naively(bytes: &[u8]) -> bool {
        are_labels_naively(bytes) && !bytes.contains(&b'.') && !bytes.contains(&b'_')
    }

    #[track_caller]
    fn check(bytes: &[u8]) {
        let text = bytes.escape_ascii();
        assert_eq!(are_labels(bytes), are_labels_naively(bytes), "{text}");
        assert_eq!(is_part_of_label(bytes), is_part_naively(bytes), "{text}");
    }

    /// Lengths around those at which the way of looking changes, and of an odd number of blocks.
    fn lengths() -> impl Iterator<Item = usize> {
        (0..=35).chain([47, 48, 49, 50, 64, 65, 66, 240, 253])
    }

    #[test]
    fn every_byte_counts_wherever_it_is() {
        for length in lengths() {
            let mut all: Vec<u8> = b"a-z0m9".iter().copied().cycle().take(length).collect();
            check(&all);
            for at in 0..length {
                let before = all[at];
                for byte in bytes() {
                    all[at] = byte;
                    check(&all);
                }
                all[at] = before;
            }
        }
    }

    #[test]
    fn no_label_is_empty_wherever_it_is() {
        for length in lengths() {
            // With dots elsewhere, and without.
            for text in [&b"abc"[..], b"a.b", b"ab."] {
                let mut all: Vec<u8> = text.iter().copied().cycle().take(length).collect();
                check(&all);
                for at in 0..length {
                    for other in (at..length).take(18) {
                        let before = (all[at], all[other]);
                        (all[at], all[other]) = (b'.', b'.');
                        check(&all);
                        (all[other], all[at]) = (before.1, before.0);
                    }
                }
            }
        }
    }
}
