//! `List`: configured names, joined as they are sent, with the place of each.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::value::FieldValue;

/// Names in the order of the document, joined with `, `, and an index of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    value: FieldValue,
    /// Where each begins and ends in the value.
    spans: Box<[(u32, u32)]>,
}

impl List {
    pub(crate) fn new(names: &[String]) -> Self {
        Self { value: FieldValue::new(&names.join(", ")), spans: spans(names).into() }
    }

    /// The same, but the index is in the order of the names' bytes.
    pub(crate) fn sorted(names: &[String]) -> Self {
        let mut spans: Vec<_> = names.iter().zip(spans(names)).collect();
        spans.sort_unstable();
        let spans = spans.into_iter().map(|(_, span)| span).collect();
        Self { value: FieldValue::new(&names.join(", ")), spans }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The whole list as it is sent.
    pub(crate) fn value(&self) -> &FieldValue {
        &self.value
    }

    /// The names in the order of the index.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let text = self.value.as_bytes();
        self.spans.iter().filter_map(move |span| slice(text, *span))
    }

    /// The name at a place in the index.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        slice(self.value.as_bytes(), *self.spans.get(at)?)
    }

    /// The document's form, in its order.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let text = String::from_utf8_lossy(self.value.as_bytes());
        let names: Vec<String> = text.split(", ").map(Into::into).collect();
        names.into_iter().filter(|name| !name.is_empty())
    }
}

fn spans(names: &[String]) -> Vec<(u32, u32)> {
    let mut start = 0_usize;
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut spans = Vec::with_capacity(names.len());
    for name in names {
        let end = start.saturating_add(name.len());
        spans.push((narrow(start), narrow(end)));
        start = end.saturating_add(", ".len());
    }
    spans
}

#[inline]
fn slice(text: &[u8], (start, end): (u32, u32)) -> Option<&[u8]> {
    text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}
