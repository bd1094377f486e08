//! Merging into the `Vary` of a map.

use alloc::vec::Vec;

use http::HeaderMap;
use http::header::{Entry, HeaderValue, OccupiedEntry, VARY};

use crate::vary::{members, missing_from_vary};

/// Adds names to `Vary`, but for those that it says already. A map that is full is left as it is.
#[inline(never)]
pub(crate) fn add_vary(headers: &mut HeaderMap, names: HeaderValue) {
    match headers.try_entry(VARY) {
        Ok(Entry::Vacant(entry)) => {
            let _full = entry.try_insert(names);
        }
        Ok(Entry::Occupied(entry)) => append_missing(entry, names),
        Err(_) => {}
    }
}

#[inline(never)]
fn append_missing(mut entry: OccupiedEntry<'_, HeaderValue>, names: HeaderValue) {
    let there = || entry.iter().map(HeaderValue::as_bytes);
    let missing = || missing_from_vary(there, names.as_bytes());
    let value = match missing().count() {
        0 => return,
        count if count == members(names.as_bytes()).count() => Ok(names),
        _ => HeaderValue::from_bytes(&missing().collect::<Vec<_>>().join(&b", "[..])),
    };
    if let Ok(value) = value {
        entry.append(value);
    }
}
