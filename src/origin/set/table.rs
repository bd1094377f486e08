//! Strings end to end in one buffer, and an open-addressed table over them.

use alloc::boxed::Box;
use alloc::vec::Vec;

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
}

/// An open-addressed table with linear probing: from the hash of a key to the indices that were
/// filed under it. At most half of it is full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// An index plus one; zero is an empty slot. A power of two of them, or none.
    slots: Box<[u32]>,
}

impl Table {
    /// Files the index of each key under it.
    pub(super) fn new<'k>(keys: impl ExactSizeIterator<Item = &'k [u8]>) -> Self {
        let capacity = keys.len().saturating_mul(2).next_power_of_two();
        let mut slots = alloc::vec![0_u32; capacity];
        for (at, key) in keys.enumerate() {
            let mut slot = first_slot(key, capacity);
            while let Some(filled) = slots.get_mut(slot) {
                if *filled == 0 {
                    *filled = super::narrow(at).saturating_add(1);
                    break;
                }
                slot = next_slot(slot, capacity);
            }
        }
        Self { slots: slots.into() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The indices that may have been filed under `key`.
    #[inline]
    pub(super) fn candidates(&self, key: &[u8]) -> impl Iterator<Item = usize> {
        let capacity = self.slots.len();
        let mut slot = first_slot(key, capacity);
        core::iter::from_fn(move || {
            let filled = *self.slots.get(slot)?;
            slot = next_slot(slot, capacity);
            filled.checked_sub(1).map(super::index)
        })
    }
}

fn next_slot(slot: usize, capacity: usize) -> usize {
    slot.wrapping_add(1) & capacity.wrapping_sub(1)
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn first_slot(key: &[u8], capacity: usize) -> usize {
    hash(key) as usize & capacity.wrapping_sub(1)
}

/// Mixes eight bytes at a time; the same on every machine.
#[inline]
fn hash(key: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = key.as_chunks::<8>();
    // The last eight bytes, overlapping what came before, or all there are.
    let last = match key.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |last, &byte| last << 8 | u64::from(byte)),
    };
    let mut hash = (key.len() as u64).wrapping_mul(FACTOR) ^ last;
    for chunk in chunks {
        hash = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    }
    hash = hash.wrapping_mul(FACTOR);
    hash ^ hash >> 32
}
