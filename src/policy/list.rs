//! `List`: configured names, joined as they are sent, with the place of each.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::value::FieldValue;
use crate::syntax::{is_same, is_same_without_call};

/// Names in the order of the document, joined with `, `, and an index of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct List {
    value: FieldValue,
    keys: Box<[Key]>,
}

/// Where a name is in the value, and how it ends: names that are listed together begin alike more
/// often than they end alike, so that most are told apart without looking at the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    start: u32,
    /// The length but one; no name is empty, and none is longer than 128 bytes.
    last_at: u8,
    last: u8,
}

impl Key {
    /// Whether `text` may begin with the name.
    #[inline]
    pub(crate) fn may_begin(self, text: &[u8]) -> bool {
        text.get(usize::from(self.last_at)) == Some(&self.last)
    }

    /// Whether `text` may begin with the name, in whatever case it is written.
    #[inline]
    pub(crate) fn may_begin_in_any_case(self, text: &[u8]) -> bool {
        // The cases of a letter differ in one bit; some other bytes do so too.
        text.get(usize::from(self.last_at)).is_some_and(|last| (last ^ self.last) & !0x20 == 0)
    }

    /// Whether a text of this length and last byte may be the name.
    #[inline]
    pub(crate) fn may_be(self, length: usize, last: u8) -> bool {
        self.length() == length && self.last == last
    }

    #[inline]
    pub(crate) fn length(self) -> usize {
        usize::from(self.last_at).wrapping_add(1)
    }
}

impl List {
    pub(crate) fn new(names: &[String]) -> Self {
        Self { value: FieldValue::new(&names.join(", ")), keys: keys(names).into() }
    }

    /// The same, but the index is in the order of the names' bytes.
    pub(crate) fn sorted(names: &[String]) -> Self {
        let mut keys: Vec<_> = names.iter().zip(keys(names)).collect();
        keys.sort_unstable_by_key(|(name, _)| *name);
        let keys = keys.into_iter().map(|(_, key)| key).collect();
        Self { value: FieldValue::new(&names.join(", ")), keys }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The whole list as it is sent.
    pub(crate) fn value(&self) -> &FieldValue {
        &self.value
    }

    /// The index.
    #[inline]
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The names in the order of the index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().filter_map(|key| self.name(*key))
    }

    /// The name at a place in the index.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        self.name(*self.keys.get(at)?)
    }

    /// Whether `name` is in the list as it is.
    #[inline]
    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        let Some(&last) = name.last() else { return false };
        let is = |listed: &[u8]| is_same_without_call(listed, name);
        let is_key = |key: &Key| key.may_be(name.len(), last) && self.name(*key).is_some_and(is);
        self.keys.iter().any(is_key)
    }

    /// Whether `name` is that of a key.
    #[inline]
    pub(crate) fn is(&self, key: Key, name: &[u8]) -> bool {
        self.name(key).is_some_and(|listed| is_same(listed, name))
    }

    /// The name of a key.
    #[inline]
    pub(crate) fn name(&self, key: Key) -> Option<&[u8]> {
        let start = usize::try_from(key.start).ok()?;
        self.value.as_bytes().get(start..start.checked_add(key.length())?)
    }

    /// The document's form, in its order.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let text = String::from_utf8_lossy(self.value.as_bytes());
        let names: Vec<String> = text.split(", ").map(Into::into).collect();
        names.into_iter().filter(|name| !name.is_empty())
    }
}

fn keys(names: &[String]) -> Vec<Key> {
    let mut start = 0_usize;
    let mut keys = Vec::with_capacity(names.len());
    for name in names {
        keys.push(Key {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            last_at: u8::try_from(name.len().saturating_sub(1)).unwrap_or(u8::MAX),
            last: name.as_bytes().last().copied().unwrap_or_default(),
        });
        start = start.saturating_add(name.len()).saturating_add(", ".len());
    }
    keys
}
