//! Patterns, compiled: see [the module above](super) for how they are matched.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::pattern::{OriginPattern, PortPattern};
use super::super::{LONGEST_HOST, LONGEST_ORIGIN, default_port, parse_port, split_scheme};
use super::table::{Place, Table};
use super::wild::{are_labels, are_several, is_part_of_label};
use super::{index, narrow};
use crate::syntax::is_same_without_call as is_same;

/// How many patterns under different tails are compared in turn for what a table's look-up costs.
pub(super) const FEW_PATTERNS: usize = 2;

/// All patterns of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PatternSet {
    /// What the patterns are written with, but for `:*`, end to end.
    text: Box<[u8]>,
    /// Those of one tail beside one another.
    entries: Box<[Entry]>,
    /// From a tail to the first of its entries; empty for a few patterns.
    table: Table,
    /// The lengths that tails have, each once; empty for a few patterns.
    tail_lengths: Box<[u8]>,
}

/// One pattern: the literal text before the first wildcard of its host; from there to the last one,
/// the middle; and the literal text after it, with the port if that is literal too. All of it is
/// before where the port alone is a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Where it begins in the set's text: what is before, what is after, and the middle.
    start: u32,
    /// How long each of them is.
    before: u16,
    after: u16,
    middle: u8,
    /// The length of the longest origin that it can stand for, without what `:*` stands for.
    longest: u16,
    form: Form,
    /// Whether `:*` follows.
    any_port: bool,
    /// Whether there is another that is compared if this one does not match.
    more: bool,
}

/// What may stand between the literal text before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing: the port alone is a wildcard.
    Whole,
    /// Whole labels.
    Subdomains,
    /// Part of one label.
    InLabel,
    /// What the middle says, which has several wildcards.
    Several,
    /// The same; the first is `*.`.
    SubdomainsAndMore,
}

impl Entry {
    fn new(pattern: &OriginPattern, text: &mut Vec<u8>) -> Self {
        let start = narrow(text.len());
        let (before, middle, after) = parts_of(pattern);
        for part in [before, after, middle] {
            text.extend_from_slice(part.as_bytes());
        }
        let form = match (middle.len(), pattern.subdomains()) {
            (0, _) => Form::Whole,
            (1, true) => Form::Subdomains,
            (1, false) => Form::InLabel,
            (_, true) => Form::SubdomainsAndMore,
            (_, false) => Form::Several,
        };
        let port = match pattern.port() {
            PortPattern::Absent | PortPattern::Any => 0,
            PortPattern::Exactly(port) => alloc::format!(":{port}").len(),
        };
        let dot = usize::from(pattern.host().ends_with('.'));
        let longest = [pattern.scheme().len(), "://".len(), LONGEST_HOST, dot, port];
        Self {
            start,
            before: short(before.len()),
            after: short(after.len()),
            longest: short(longest.iter().sum()),
            middle: u8::try_from(middle.len()).unwrap_or(u8::MAX),
            form,
            any_port: pattern.port() == PortPattern::Any,
            more: true,
        }
    }
}

/// What is before the first wildcard of a pattern's host, what there is from it to the last one,
/// and what is after that, but for `:*`.
fn parts_of(pattern: &OriginPattern) -> (&str, &str, &str) {
    let text = pattern.as_str();
    let text = text.strip_suffix(":*").unwrap_or(text);
    let parts = || {
        let (before, rest) = text.split_at_checked(text.find('*')?)?;
        let (middle, after) = rest.split_at_checked(rest.rfind('*')?.checked_add(1)?)?;
        Some((before, middle, after))
    };
    parts().unwrap_or((text, "", ""))
}

impl PatternSet {
    pub(super) fn new(patterns: &[&OriginPattern]) -> Self {
        let mut patterns = patterns.to_vec();
        patterns.sort_by_key(|pattern| pattern.tail());
        let is_filed = patterns.len() > FEW_PATTERNS;
        let (mut text, mut entries) = (Vec::new(), Vec::with_capacity(patterns.len()));
        let mut tails = Vec::new();
        for group in patterns.chunk_by(|one, next| !is_filed || one.tail() == next.tail()) {
            let tail = group.first().map_or("", |pattern| pattern.tail());
            tails.push((entries.len(), tail.as_bytes()));
            entries.extend(group.iter().map(|pattern| Entry::new(pattern, &mut text)));
            if let Some(last) = entries.last_mut() {
                last.more = false;
            }
        }
        let mut set = Self {
            text: text.into(),
            entries: entries.into(),
            table: Table::default(),
            tail_lengths: Box::default(),
        };
        if is_filed {
            let lengths = tails.iter().map(|(_, tail)| u8::try_from(tail.len()).unwrap_or(u8::MAX));
            let lengths: BTreeSet<u8> = lengths.collect();
            set.tail_lengths = lengths.into_iter().collect();
            set.table = Table::new(tails.into_iter(), set.entries.len());
        }
        set
    }

    /// Whether `bytes` are an origin, strictly serialized, and one of the patterns stands for it.
    #[inline(never)]
    pub(super) fn stand_for(&self, bytes: &[u8]) -> bool {
        if bytes.len() > LONGEST_ORIGIN {
            return false;
        }
        let port = port_length(bytes);
        if let [entry] = &*self.entries {
            return self.matches(entry, bytes, port);
        }
        if self.table.is_empty() {
            return self.one_matches(0, bytes, port);
        }
        self.one_matches_of_many(bytes, port)
    }

    /// The same, for patterns that are filed under their tails.
    #[inline(never)]
    fn one_matches_of_many(&self, bytes: &[u8], port: usize) -> bool {
        let Some((named, _)) = bytes.split_at_checked(bytes.len().wrapping_sub(port)) else {
            return false;
        };
        self.tail_lengths.iter().any(|&length| {
            let tail = tail_of(named, length.into());
            tail.and_then(|tail| self.table.start(tail)).is_some_and(|place| {
                self.one_matches(self.table.index(place), bytes, port)
                    || self.one_matches_after(place, bytes, port)
            })
        })
    }

    /// Hardly any other tail is filed in the place of one.
    #[cold]
    #[inline(never)]
    fn one_matches_after(&self, place: Place, bytes: &[u8], port: usize) -> bool {
        self.table.next(place).is_some_and(|place| {
            self.table.finds(place, |first| self.one_matches(first, bytes, port))
        })
    }

    /// Whether one of the patterns does that are compared in turn from the one at `first`.
    #[inline(never)]
    fn one_matches(&self, first: usize, bytes: &[u8], port: usize) -> bool {
        let mut at = first;
        while let Some(entry) = self.entries.get(at) {
            if self.matches(entry, bytes, port) {
                return true;
            }
            if !entry.more {
                break;
            }
            at = at.saturating_add(1);
        }
        false
    }

    /// What is literal in a pattern is in the form in which browsers send it, or it would be no
    /// pattern. So a match is strictly serialized if what stands for the wildcards is.
    #[inline(never)]
    fn matches(&self, entry: &Entry, bytes: &[u8], port: usize) -> bool {
        let any_port = if entry.any_port { port } else { 0 };
        let Some((named, port)) = bytes.split_at_checked(bytes.len().wrapping_sub(any_port)) else {
            return false;
        };
        if named.len() > entry.longest.into() {
            return false;
        }
        let Some((before, after, rest)) = self.parts(entry) else { return false };
        let Some((start, wild)) = named.split_at_checked(before.len()) else { return false };
        let Some((wild, end)) = wild.split_at_checked(wild.len().wrapping_sub(after.len())) else {
            return false;
        };
        if !is_same(start, before) || !is_same(end, after) {
            return false;
        }
        if !port.is_empty() && !is_sound_port(port, before) {
            return false;
        }
        match entry.form {
            Form::Whole => wild.is_empty(),
            Form::Subdomains => are_labels(wild),
            Form::InLabel => is_part_of_label(wild),
            Form::Several | Form::SubdomainsAndMore => {
                let middle = rest.get(..entry.middle.into()).unwrap_or_default();
                are_several(wild, middle, entry.form == Form::SubdomainsAndMore)
            }
        }
    }

    /// The text before and after the wildcards of an entry, and what follows.
    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn parts(&self, entry: &Entry) -> Option<(&[u8], &[u8], &[u8])> {
        let text = self.text.get(index(entry.start)..)?;
        let (before, rest) = text.split_at_checked(entry.before.into())?;
        let (after, rest) = rest.split_at_checked(entry.after.into())?;
        Some((before, after, rest))
    }

    /// The patterns as they are written.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|entry| self.text(entry))
    }

    fn text(&self, entry: &Entry) -> String {
        let (before, after, rest) = self.parts(entry).unwrap_or_default();
        let middle = rest.get(..entry.middle.into()).unwrap_or_default();
        let port = if entry.any_port { ":*" } else { "" };
        String::from_utf8_lossy(&[before, middle, after, port.as_bytes()].concat()).into()
    }
}

/// How long the port is that `bytes` end in, with its colon, if they end in up to five digits after
/// one.
#[inline]
fn port_length(bytes: &[u8]) -> usize {
    match bytes.last() {
        Some(b'0'..=b'9') => {
            let digits = bytes.iter().rev().take(5).take_while(|byte| byte.is_ascii_digit());
            let length = digits.count().saturating_add(1);
            let colon = bytes.len().checked_sub(length).and_then(|at| bytes.get(at));
            if colon == Some(&b':') { length } else { 0 }
        }
        _ => 0,
    }
}

/// Whether a colon and up to five digits are a port as it is serialized after what begins with
/// `literal`.
#[inline]
fn is_sound_port(port: &[u8], literal: &[u8]) -> bool {
    match port {
        // As most have. The largest port has five digits, and no default port as many as four.
        [_, b'1'..=b'9', _, _, _] => true,
        _ => is_other_port_sound(port, literal),
    }
}

#[inline(never)]
fn is_other_port_sound(port: &[u8], literal: &[u8]) -> bool {
    match port {
        [_, b'0', _, ..] => false,
        [_, _, _, _, _, _] => port <= &b":65535"[..],
        [_, digits @ ..] => {
            let default = split_scheme(literal).ok().and_then(|(scheme, _)| default_port(scheme));
            parse_port(digits).ok() != default
        }
        [] => true,
    }
}

/// The last `length` bytes of `origin`, if a label or all of the host begins there.
fn tail_of(origin: &[u8], length: usize) -> Option<&[u8]> {
    let at = origin.len().checked_sub(length)?;
    let (before, tail) = origin.split_at_checked(at)?;
    matches!(before, [.., b'.' | b'/']).then_some(tail)
}

/// The length of a text that is no longer than an origin.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn a_tail_is_found_behind_others_that_are_told_from_it_by_nothing() {
        // Two of each tail.
        let texts = (0..1000).flat_map(|n| {
            ["", ":8443"].map(|port| format!("https://*.customer-{n:03}.test{port}"))
        });
        let patterns: Vec<OriginPattern> = texts.map(|text| text.parse().unwrap()).collect();
        let mut set = PatternSet::new(&patterns.iter().collect::<Vec<_>>());
        // They are sorted as it is.
        let tails = patterns.iter().map(|pattern| pattern.tail().as_bytes()).step_by(2);
        let filed: Vec<(usize, &[u8])> = (0..).step_by(2).zip(tails).collect();
        set.table = Table::new(filed.iter().copied(), 1 << 28);
        let first = |tail: &[u8]| set.table.start(tail).map(|place| set.table.index(place));
        let behind = filed.iter().filter(|(at, tail)| first(tail) != Some(*at)).count();
        assert!(behind > 20, "{behind}");
        for pattern in &patterns {
            let origin = pattern.as_str().replace('*', "a");
            assert!(set.stand_for(origin.as_bytes()), "{origin}");
            let other = origin.replace(".test", ".tesu");
            assert!(!set.stand_for(other.as_bytes()), "{other}");
        }
    }
}
