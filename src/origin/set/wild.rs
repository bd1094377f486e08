//! What may stand for a wildcard, looked at sixteen bytes at a time.
//!
//! Whoever sends an origin chooses what stands for the wildcard, and how long it is: these are the
//! only loops over it. What they ask of sixteen bytes is asked without a branch and as ranges, so
//! that the compiler asks it of all of them at once.

use super::super::{HostByte, host_byte};

/// What is looked at at once.
type Block = [u8; 16];

/// About how many bytes are looked at one after another.
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

/// Whether `bytes` are what several wildcards and the text between them stand for: labels as
/// `pattern` has them, in each of which one `*` may stand for part of the label, and others before
/// them if it begins with `*.`, which stands for whole ones if `subdomains` is set.
#[cold]
#[inline(never)]
pub(super) fn are_several(bytes: &[u8], pattern: &[u8], subdomains: bool) -> bool {
    let own = if subdomains { pattern.strip_prefix(b"*.") } else { Some(pattern) };
    let mut left = Some(bytes);
    for pattern in own.unwrap_or_default().rsplit(|&byte| byte == b'.') {
        let Some(labels) = left else { return false };
        let (before, label) = split_last(labels);
        left = before;
        if !is_label_of(pattern, label) {
            return false;
        }
    }
    match left {
        Some(labels) => subdomains && are_labels(labels),
        None => !subdomains,
    }
}

fn is_label_of(pattern: &[u8], label: &[u8]) -> bool {
    let mut parts = pattern.splitn(2, |&byte| byte == b'*');
    match (parts.next(), parts.next()) {
        (Some(before), Some(after)) => {
            let part = label.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            part.is_some_and(is_part_of_label)
        }
        _ => label == pattern,
    }
}

/// The last label, and what is before its dot.
#[expect(clippy::needless_bitwise_bool, reason = "there is a branch in the other")]
fn split_last(labels: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (_, blocks) = labels.as_rchunks();
    let has_dot = |block: &Block| block.iter().fold(false, |any, &byte| any | (byte == b'.'));
    let passed = blocks.iter().rev().take_while(|block| !has_dot(block)).count().saturating_mul(16);
    let (rest, _) = labels.split_at_checked(labels.len().wrapping_sub(passed)).unwrap_or_default();
    let dot = rest.iter().rposition(|&byte| byte == b'.');
    let split = dot.and_then(|dot| Some((labels.get(..dot)?, labels.get(dot.checked_add(1)?..)?)));
    split.map_or((None, labels), |(before, label)| (Some(before), label))
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
#[expect(clippy::needless_bitwise_bool, reason = "there is a branch in the other")]
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

#[expect(clippy::needless_bitwise_bool, reason = "there is a branch in the other")]
#[inline]
fn is_wild(byte: u8) -> bool {
    byte.is_ascii_lowercase() | byte.is_ascii_digit() | (byte == b'-')
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::super::pattern::host_matches;
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

    #[test]
    fn the_last_label_is_found_wherever_its_dot_is() {
        for length in lengths() {
            let mut all = alloc::vec![b'a'; length];
            assert_eq!(split_last(&all), (None, &all[..]));
            for at in 0..length {
                all[at] = b'.';
                assert_eq!(split_last(&all), (Some(&all[..at]), &all[at + 1..]));
            }
        }
    }

    #[test]
    fn several_wildcards_stand_for_what_each_stands_for() {
        let patterns = ["*.pr-*", "*.*-a", "*-a.b.c-*", "*.b-*", "*a.*", "*.a-*-a.*a.b.*"];
        let labels = ["", "a", "b", "pr-", "pr-1", "a-a", "a-_-a", "c-17", "1-a", "A", "a-a-a"];
        let long = ["pr-", &"x".repeat(70)].concat();
        let labels = [&labels[..], &[&long]].concat();
        let mut all: Vec<Vec<&str>> = alloc::vec![Vec::new()];
        for _ in 0..4 {
            let more: Vec<Vec<&str>> = all
                .iter()
                .flat_map(|text| {
                    labels.iter().map(|label| [text.clone(), [*label].into()].concat())
                })
                .collect();
            all.extend(more);
        }
        let mut matched = 0;
        for text in all.iter().map(|labels| labels.join(".")) {
            for pattern in patterns {
                let is_sound = are_labels_naively(text.as_bytes());
                let is_match = |pattern: &str, subdomains| {
                    is_sound && host_matches(pattern.as_bytes(), subdomains, text.as_bytes())
                };
                let asked =
                    |subdomains| are_several(text.as_bytes(), pattern.as_bytes(), subdomains);
                assert_eq!(asked(false), is_match(pattern, false), "{pattern} {text}");
                if let Some(labels) = pattern.strip_prefix("*.") {
                    assert_eq!(asked(true), is_match(labels, true), "{pattern} {text}");
                }
                matched += usize::from(asked(false));
            }
        }
        assert!(matched > 100, "{matched}");
    }
}
