//! Merging into [`Vary`](https://www.rfc-editor.org/rfc/rfc9110#field.vary).

use alloc::vec::Vec;

use http::HeaderMap;
use http::header::{Entry, HeaderValue, VARY};

use crate::syntax::is_ows;

/// Adds names to `Vary`, but for those that it says already. A map that is full is left as it is.
#[inline(never)]
pub(crate) fn add_vary(headers: &mut HeaderMap, names: HeaderValue) {
    match headers.try_entry(VARY) {
        Ok(Entry::Vacant(entry)) => {
            let _full = entry.try_insert(names);
        }
        Ok(Entry::Occupied(mut entry)) => {
            if let Some(missing) = missing_from(|| entry.iter(), names) {
                entry.append(missing);
            }
        }
        Err(_) => {}
    }
}

/// What these lines of `Vary` do not say yet; `None` if they say it all.
#[cold]
fn missing_from<'l, L>(lines: impl Fn() -> L, names: HeaderValue) -> Option<HeaderValue>
where
    L: Iterator<Item = &'l HeaderValue>,
{
    let there = || lines().flat_map(|line| members(line.as_bytes()));
    if there().any(|name| name == b"*") {
        return None;
    }
    let is_missing = |name: &&[u8]| !there().any(|other| other.eq_ignore_ascii_case(name));
    let wanted = || members(names.as_bytes());
    match (wanted().filter(is_missing).count(), wanted().count()) {
        (0, _) => None,
        (missing, all) if missing == all => Some(names),
        _ => {
            let missing: Vec<&[u8]> = wanted().filter(is_missing).collect();
            HeaderValue::from_bytes(&missing.join(&b", "[..])).ok()
        }
    }
}

/// The members of a list of names, [RFC 9110, section
/// 5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(trim_ows).filter(|name| !name.is_empty())
}

fn trim_ows(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_ows(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_ows(*last)
    {
        bytes = rest;
    }
    bytes
}
