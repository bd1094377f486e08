//! Strings end to end in one buffer, and an open-addressed table over them.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::syntax::is_same_without_call as is_same;

/// Byte strings, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Strings {
    bytes: Box<[u8]>,
    /// Where each ends; it begins where the one before it ends.
    ends: Box<[u32]>,
}

impl Strings {
    pub(super) fn new<'s>(strings: impl Iterator<Item = &'s [u8]>) -> Self {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for string in strings {
            bytes.extend_from_slice(string);
            ends.push(super::narrow(bytes.len()));
        }
        Self { bytes: bytes.into(), ends: ends.into() }
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        let end = super::index(*self.ends.get(at)?);
        let start = match at.checked_sub(1) {
            None => 0,
            Some(before) => super::index(*self.ends.get(before)?),
        };
        self.bytes.get(start..end)
    }

    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().filter_map(move |&end| {
            let end = super::index(end);
            let string = self.bytes.get(start..end);
            start = end;
            string
        })
    }

    /// Whether one of them is `bytes`.
    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    pub(super) fn contains(&self, bytes: &[u8]) -> bool {
        if let [_] = *self.ends {
            return is_same(&self.bytes, bytes);
        }
        let mut start = 0_usize;
        for &end in &self.ends {
            let end = super::index(end);
            // Hardly any other has the same length.
            if end.wrapping_sub(start) == bytes.len()
                && self.bytes.get(start..end).is_some_and(|string| is_same(string, bytes))
            {
                return true;
            }
            start = end;
        }
        false
    }
}

/// An open-addressed table with linear probing: from the hash of a key to the indices that were
/// filed under it. At most half of it is full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Each holds an index plus one in its low bits, as many as the largest takes, and bits of the
    /// key's hash in those that are left, so that hardly any other key is compared. Zero is an
    /// empty slot. A power of two of them, or none.
    slots: Box<[u32]>,
    /// The bits that hold the index.
    mask: u32,
}

impl Table {
    /// Files each index, all of which are below `end`, under its key.
    pub(super) fn new<'k>(
        keys: impl ExactSizeIterator<Item = (usize, &'k [u8])>,
        end: usize,
    ) -> Self {
        let capacity = keys.len().saturating_mul(2).next_power_of_two();
        let mask = super::narrow(end.saturating_add(1).next_power_of_two()).wrapping_sub(1);
        let mut slots = alloc::vec![0_u32; capacity];
        for (at, key) in keys {
            let hash = hash(key);
            let mut slot = first_slot(hash, capacity);
            while let Some(filled) = slots.get_mut(slot) {
                if *filled == 0 {
                    *filled = super::narrow(at).saturating_add(1) | tag(hash, mask);
                    break;
                }
                slot = next_slot(slot, capacity);
            }
        }
        Self { slots: slots.into(), mask }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Where what is filed under `key` begins, if anything may be.
    #[inline]
    pub(super) fn start(&self, key: &[u8]) -> Option<Place> {
        let hash = hash(key);
        self.seek(first_slot(hash, self.slots.len()), tag(hash, self.mask))
    }

    /// The first slot from this one on that may be the right one.
    #[inline]
    fn seek(&self, mut slot: usize, tag: u32) -> Option<Place> {
        loop {
            let filled = *self.slots.get(slot)?;
            if filled == 0 {
                return None;
            }
            if filled & !self.mask == tag {
                return Some(Place { slot, filled });
            }
            slot = next_slot(slot, self.slots.len());
        }
    }

    /// The next one after this.
    #[inline]
    pub(super) fn next(&self, Place { slot, filled }: Place) -> Option<Place> {
        self.seek(next_slot(slot, self.slots.len()), filled & !self.mask)
    }

    /// The index that is filed there.
    #[inline]
    pub(super) fn index(&self, place: Place) -> usize {
        super::index((place.filled & self.mask).wrapping_sub(1))
    }

    /// Whether one of the indices from this place on is the one that is sought.
    #[inline]
    pub(super) fn finds(&self, mut place: Place, is_sought: impl Fn(usize) -> bool) -> bool {
        loop {
            if is_sought(self.index(place)) {
                return true;
            }
            match self.next(place) {
                Some(next) => place = next,
                None => return false,
            }
        }
    }
}

/// A slot that is filled.
#[derive(Clone, Copy)]
pub(super) struct Place {
    slot: usize,
    filled: u32,
}

#[inline]
fn next_slot(slot: usize, capacity: usize) -> usize {
    slot.wrapping_add(1) & capacity.wrapping_sub(1)
}

/// The low half of a hash chooses the slot.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn first_slot(hash: u64, capacity: usize) -> usize {
    hash as usize & capacity.wrapping_sub(1)
}

/// The high half tells keys apart that share a slot.
#[inline]
fn tag(hash: u64, mask: u32) -> u32 {
    (hash >> 32) as u32 & !mask
}

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes eight bytes at a time; the same on every machine. Most keys have 16 to 32 bytes, whose
/// first and last 16 are all of them.
#[inline]
fn hash(key: &[u8]) -> u64 {
    let mut hash = key.len() as u64;
    if let (Some(start), Some(end)) = (key.first_chunk::<16>(), key.last_chunk::<16>()) {
        if key.len() > 32 {
            let (chunks, _) = key.as_chunks::<16>();
            hash = chunks.iter().fold(hash, mix_both);
        }
        hash = mix_both(mix_both(hash, end), start);
    } else if let (Some(start), Some(end)) = (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        hash = mix(mix(hash, u64::from_le_bytes(*end)), u64::from_le_bytes(*start));
    } else {
        hash = mix(hash, few(key));
    }
    // What was mixed in last is in the high bits alone, and of these no more become of it.
    hash.rotate_left(32).wrapping_mul(FACTOR).rotate_left(20)
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn mix_both(hash: u64, bytes: &[u8; 16]) -> u64 {
    let both = u128::from_le_bytes(*bytes);
    mix(mix(hash, (both >> 64) as u64), both as u64)
}

/// Fewer than eight bytes as a number.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(start), Some(end), _) => {
            u64::from(u32::from_le_bytes(*start)) << 32 | u64::from(u32::from_le_bytes(*end))
        }
        (.., [one, two, three]) => u64::from(u32::from_le_bytes([*one, *two, *three, 0])),
        (.., [one, two]) => u64::from(u16::from_le_bytes([*one, *two])),
        (.., [one]) => u64::from(*one),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    fn strings(texts: &[Vec<u8>]) -> Strings {
        Strings::new(texts.iter().map(Vec::as_slice))
    }

    fn table(texts: &[Vec<u8>]) -> Table {
        Table::new(texts.iter().map(Vec::as_slice).enumerate(), texts.len())
    }

    fn finds(table: &Table, strings: &Strings, key: &[u8]) -> Option<usize> {
        let places = core::iter::successors(table.start(key), |place| table.next(*place));
        places.map(|place| table.index(place)).find(|at| strings.get(*at) == Some(key))
    }

    /// Keys of each length, each byte of which differs from one to another and no other.
    fn families() -> impl Iterator<Item = Vec<Vec<u8>>> {
        let lengths = (1..=40).chain([47, 48, 49, 63, 64, 65, 100, 253, 327]);
        lengths.flat_map(|length| {
            (0..length).step_by(if length > 40 { 5 } else { 1 }).map(move |at| {
                (b'!'..=b'~')
                    .map(|byte| {
                        let mut key = alloc::vec![b'a'; length];
                        key[at] = byte;
                        key
                    })
                    .collect()
            })
        })
    }

    #[test]
    fn what_is_filed_is_found_and_nothing_else() {
        for keys in families() {
            let (strings, table) = (strings(&keys), table(&keys));
            for (at, key) in keys.iter().enumerate() {
                assert_eq!(finds(&table, &strings, key), Some(at));
                assert!(strings.contains(key));
                let mut longer = key.clone();
                longer.push(b'a');
                assert_eq!(finds(&table, &strings, &longer), None);
                assert!(!strings.contains(&longer));
            }
        }
    }

    #[test]
    fn a_key_is_found_behind_others_that_are_told_from_it_by_nothing() {
        // The index leaves so few bits that many keys have the same.
        let keys: Vec<Vec<u8>> =
            (0..1000).map(|key| format!("https://{key}.test").into_bytes()).collect();
        let indices = (0..1000).map(|at| at << 18);
        let table = Table::new(indices.clone().zip(keys.iter().map(Vec::as_slice)), 1 << 28);
        let mut behind = 0;
        for (index, key) in indices.zip(&keys) {
            let place = table.start(key).unwrap();
            assert!(table.finds(place, |at| at == index));
            assert!(!table.finds(place, |at| at == index + 1));
            behind += usize::from(table.index(place) != index);
        }
        assert!(behind > 20, "{behind}");
    }

    #[test]
    fn one_string_is_compared_whole() {
        let one = strings(&[b"https://a.example".to_vec()]);
        assert!(one.contains(b"https://a.example"));
        assert!(!one.contains(b"https://a.exampl"));
        assert!(!one.contains(b"https://a.examples"));
        assert!(!strings(&[]).contains(b""));
    }

    /// The longest run of full slots is what a key that is not there can cost.
    fn longest_run(table: &Table) -> usize {
        let twice = table.slots.iter().chain(&table.slots);
        let runs = twice.scan(0_usize, |run, &slot| {
            *run = if slot == 0 { 0 } else { run.saturating_add(1) };
            Some(*run)
        });
        runs.max().unwrap_or(0)
    }

    #[test]
    fn keys_that_differ_in_one_place_do_not_lie_in_one_run() {
        for keys in families() {
            let run = longest_run(&table(&keys));
            assert!(run <= 30, "{run}: {}", String::from_utf8_lossy(&keys[0]));
        }
        // Numbered in every place, as many policies are.
        let names = [
            "https://app-#.example.com",
            "https://#.example.com",
            "http://localhost:#",
            "#.example",
            "a#",
            "https://a-long-name-before-the-number-#.and-a-long-name-after-it.example.com:8443",
        ];
        for name in names {
            let key = |number: usize| name.replace('#', &format!("{number:05}")).into_bytes();
            let keys: Vec<Vec<u8>> = (0..10_000).map(key).collect();
            let run = longest_run(&table(&keys));
            assert!(run <= 60, "{run}: {name}");
        }
    }
}
