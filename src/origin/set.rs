//! `OriginSet`: the origins of a policy, compiled.
//!
//! Two questions are asked of it, and both cost what the policy's size bounds, not the input's.
//!
//! **Is it listed exactly?** The serializations lie end to end in one buffer. Lengths that no
//! listed origin has are turned away before anything is read. A few are compared in turn; many are
//! found through an open-addressed table, at most half full, whose slots hold the index of a string
//! and, in the bits that the index leaves, bits of its hash: a slot that is not the right one is
//! passed over without a look at its string. The hash has no key: only the policy's author fills
//! the table, and an input can do no worse than the longest run of full slots.
//!
//! **Does a pattern stand for it?** What is held against a pattern is a strictly serialized origin,
//! but it need not be parsed before it is: whatever is literal in a pattern is in the serialized
//! form, or the pattern would have been refused when the policy was built. So the scheme and the
//! text beside the wildcards are compared as they are, and strictness is a matter of what stands
//! for the wildcards: whole labels of `[a-z0-9_-]`, none empty, for `*.`; one or more of
//! `[a-z0-9-]` for a `*` in a label; a decimal port up to 65535, without leading zeros and not the
//! scheme's default, for `:*`; and a host that is short enough for DNS. A label that ends in a
//! number makes an address of a host, but the last label is always literal. Patterns with several
//! wildcards are rare, and there the origin is parsed and compared label by label. A test holds all
//! of this against the parser and the naive comparison.
//!
//! Each of many patterns is filed under its *tail*, the literal labels to the right of its last
//! wildcard. For every length that a tail has in this policy (there are few, and never more than
//! 253), the host is cut where a label begins, and the tail of that length is looked up; what is
//! filed there is compared in full.
//!
//! **The worst cases.** Of the input: nothing longer than 327 bytes is read, so an origin whose
//! host is as long as a host can be, under `*.`, is the most expensive one that is allowed. Of the
//! policy: many patterns of one tail
//! (`https://a-*.example.net`, `https://b-*.example.net`, …) are compared one after another; and
//! tails of many lengths, which are looked up one after another, at most as many as the host has
//! labels. Of the answer: telling *why* an origin is refused takes a strict parse, which is left
//! until somebody asks ([`Decision::verdict`](crate::Decision::verdict)).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZeroU16;

use super::pattern::{OriginPattern, PortPattern, host_matches, is_wild};
use super::{LONGEST_HOST, LONGEST_ORIGIN, are_labels, default_port};

use crate::syntax::is_same;

mod table;

use table::{Strings, Table};

/// How many entries are compared in turn before a table is worth its look-up.
const LINEAR: usize = 8;

/// The compiled origins of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OriginSet {
    exact: ExactSet,
    /// Most policies list no pattern.
    patterns: Option<Box<PatternSet>>,
}

impl OriginSet {
    /// Compiles the origins listed exactly (`null` among them) and the patterns, each in the order
    /// in which they are listed.
    pub(crate) fn new(exact: &[&str], patterns: &[&OriginPattern]) -> Self {
        let patterns = (!patterns.is_empty()).then(|| Box::new(PatternSet::new(patterns)));
        Self { exact: ExactSet::new(exact), patterns }
    }

    /// Whether `bytes` are those of an origin that is listed as it is.
    #[inline]
    pub(crate) fn lists(&self, bytes: &[u8]) -> bool {
        self.exact.contains(bytes)
    }

    /// Whether `bytes` are those of an origin that is listed, or that a pattern stands for.
    #[inline]
    pub(crate) fn allows(&self, bytes: &[u8]) -> bool {
        self.exact.contains(bytes)
            || self.patterns.as_ref().is_some_and(|patterns| patterns.stand_for(bytes))
    }

    /// The document's form of all of it.
    pub(crate) fn texts(&self) -> Vec<String> {
        let exact = self.exact.strings.iter().map(|bytes| String::from_utf8_lossy(bytes).into());
        let patterns = self.patterns.iter().flat_map(|set| set.entries.iter().map(|e| set.text(e)));
        exact.chain(patterns).collect()
    }
}

/// Origins that are listed as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ExactSet {
    strings: Strings,
    /// Empty for a few strings.
    table: Table,
    /// Lengths of the shortest and the longest; no origin is longer than 327 bytes.
    lengths: (u16, u16),
}

impl ExactSet {
    fn new(texts: &[&str]) -> Self {
        let strings = Strings::new(texts.iter().map(|text| text.as_bytes()));
        let lengths = texts.iter().map(|text| u16::try_from(text.len()).unwrap_or(u16::MAX));
        let lengths = (lengths.clone().min().unwrap_or(u16::MAX), lengths.max().unwrap_or(0));
        let table = if texts.len() > LINEAR {
            Table::new(texts.iter().map(|text| text.as_bytes()))
        } else {
            Table::default()
        };
        Self { strings, table, lengths }
    }

    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn contains(&self, bytes: &[u8]) -> bool {
        let (shortest, longest) = self.lengths;
        if bytes.len() < shortest.into() || bytes.len() > longest.into() {
            return false;
        }
        if self.table.is_empty() {
            return self.strings.contains(bytes);
        }
        self.table
            .finds(bytes, |at| self.strings.get(at).is_some_and(|string| is_same(string, bytes)))
    }
}

/// Patterns, filed under their tails.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PatternSet {
    /// The patterns as they are written, but for `:*`, end to end.
    text: Box<[u8]>,
    /// Those of one tail beside one another.
    entries: Box<[Entry]>,
    /// From a tail to its place among the tails; empty for a few patterns.
    table: Table,
    /// The place of each tail's first entry, in their order; empty for a few patterns.
    groups: Box<[u32]>,
    /// The lengths that tails have, each once.
    tail_lengths: Box<[u8]>,
}

/// One pattern: the literal text before its first wildcard, what the wildcards of the host are and
/// stand between, and the literal text after the last of them, with the port where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Where in the text it begins.
    start: u32,
    before: u16,
    middle: u8,
    form: Form,
    after: u16,
    /// The length of the longest origin that it can stand for, without what `:*` stands for.
    longest: u16,
    /// Whether `:*` follows.
    any_port: bool,
    /// Whether the next entry is of the same tail.
    more: bool,
    /// The port that is never serialized beside its scheme.
    default_port: Option<NonZeroU16>,
}

/// What there is between the literal text before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing: the port alone is a wildcard.
    Whole,
    /// Whole labels.
    Subdomains,
    /// Part of one label.
    InLabel,
    /// Parts of labels, and text between them.
    Several,
    /// Whole labels, then parts of labels, and text between them.
    SubdomainsAndMore,
}

impl Entry {
    fn new(pattern: &OriginPattern, start: usize, more: bool) -> Self {
        let text = held_text(pattern);
        let (form, before, middle) = match (text.find('*'), text.rfind('*')) {
            (Some(first), Some(last)) => {
                let form = match (first == last, pattern.subdomains()) {
                    (true, true) => Form::Subdomains,
                    (true, false) => Form::InLabel,
                    (false, true) => Form::SubdomainsAndMore,
                    (false, false) => Form::Several,
                };
                (form, first, last.saturating_sub(first).saturating_add(1))
            }
            _ => (Form::Whole, text.len(), 0),
        };
        let after = text.len().saturating_sub(before).saturating_sub(middle);
        let scheme = pattern.scheme();
        let host = pattern.host();
        // All that is not the host.
        let stars = if pattern.subdomains() { "*.".len() } else { 0 };
        let around = text.len().saturating_sub(host.len()).saturating_sub(stars);
        let longest =
            around.saturating_add(LONGEST_HOST).saturating_add(usize::from(host.ends_with('.')));
        Self {
            start: narrow(start),
            before: short(before),
            middle: u8::try_from(middle).unwrap_or(u8::MAX),
            form,
            after: short(after),
            longest: short(longest),
            any_port: pattern.port() == PortPattern::Any,
            more,
            default_port: default_port(scheme.as_bytes()).and_then(NonZeroU16::new),
        }
    }
}

/// A pattern as it is written, but for `:*`.
fn held_text(pattern: &OriginPattern) -> &str {
    pattern.as_str().strip_suffix(":*").unwrap_or(pattern.as_str())
}

/// The bytes of what may be an origin, up to its port, and the port.
#[derive(Clone, Copy)]
struct Candidate<'b> {
    bytes: &'b [u8],
    before_port: &'b [u8],
    port: Option<u16>,
}

impl<'b> Candidate<'b> {
    /// `None` for what is no origin, by its length or its port.
    #[inline]
    fn new(bytes: &'b [u8]) -> Option<Self> {
        if bytes.len() > LONGEST_ORIGIN {
            return None;
        }
        match bytes.last() {
            Some(b'0'..=b'9') => Self::with_port(bytes),
            _ => Some(Self { bytes, before_port: bytes, port: None }),
        }
    }

    /// What ends in a digit: in a port, or in a host that does.
    fn with_port(bytes: &'b [u8]) -> Option<Self> {
        let (mut before, mut number, mut scale) = (bytes, 0_u32, 1_u32);
        while let [rest @ .., digit @ b'0'..=b'9'] = before
            && scale < 100_000
        {
            number = number.wrapping_add(u32::from(digit & 0x0f).wrapping_mul(scale));
            scale = scale.wrapping_mul(10);
            before = rest;
        }
        let [before_port @ .., b':'] = before else {
            return Some(Self { bytes, before_port: bytes, port: None });
        };
        // A leading zero makes less of a number than its digits have room for.
        let is_serialized = scale == 10 || number >= scale / 10;
        let port = u16::try_from(number).ok().filter(|_| is_serialized)?;
        Some(Self { bytes, before_port, port: Some(port) })
    }
}

impl PatternSet {
    fn new(patterns: &[&OriginPattern]) -> Self {
        let mut patterns = patterns.to_vec();
        patterns.sort_by_key(|pattern| pattern.tail());
        let (mut text, mut entries) = (Vec::new(), Vec::with_capacity(patterns.len()));
        let (mut tails, mut groups) = (Vec::new(), Vec::new());
        let mut tail_lengths = Vec::new();
        for group in patterns.chunk_by(|one, next| one.tail() == next.tail()) {
            groups.push(narrow(entries.len()));
            for (left, pattern) in (0..group.len()).rev().zip(group) {
                entries.push(Entry::new(pattern, text.len(), left > 0));
                text.extend_from_slice(held_text(pattern).as_bytes());
            }
            let tail = group.first().map_or("", |pattern| pattern.tail());
            tail_lengths.push(u8::try_from(tail.len()).unwrap_or(u8::MAX));
            tails.push(tail);
        }
        tail_lengths.sort_unstable();
        tail_lengths.dedup();
        let (table, groups) = if patterns.len() > LINEAR {
            (Table::new(tails.iter().map(|tail| tail.as_bytes())), groups.into())
        } else {
            (Table::default(), Box::default())
        };
        Self {
            text: text.into(),
            entries: entries.into(),
            table,
            groups,
            tail_lengths: tail_lengths.into(),
        }
    }

    /// Whether `bytes` are an origin, strictly serialized, and one of the patterns stands for it.
    #[inline(never)]
    fn stand_for(&self, bytes: &[u8]) -> bool {
        let Some(candidate) = Candidate::new(bytes) else { return false };
        if self.table.is_empty() {
            return self.entries.iter().any(|entry| self.matches(entry, &candidate));
        }
        self.tail_lengths.iter().any(|&length| {
            tail_of(candidate.before_port, usize::from(length)).is_some_and(|tail| {
                self.table.finds(tail, |group| self.one_matches(group, &candidate))
            })
        })
    }

    /// Whether one of the patterns of a group does.
    #[inline]
    fn one_matches(&self, group: usize, candidate: &Candidate<'_>) -> bool {
        let Some(&first) = self.groups.get(group) else { return false };
        for entry in self.entries.get(index(first)..).unwrap_or_default() {
            if self.matches(entry, candidate) {
                return true;
            }
            if !entry.more {
                break;
            }
        }
        false
    }

    /// What is literal in a pattern is in the form in which browsers send it, or it would be no
    /// pattern. So a match is strictly serialized if what stands for the wildcards is.
    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn matches(&self, entry: &Entry, candidate: &Candidate<'_>) -> bool {
        let Some([before, middle, after]) = self.parts(entry) else { return false };
        let bytes = if entry.any_port { candidate.before_port } else { candidate.bytes };
        if bytes.len() > entry.longest.into() {
            return false;
        }
        let Some((start, rest)) = bytes.split_at_checked(before.len()) else { return false };
        let Some((wild, end)) = rest.split_at_checked(rest.len().wrapping_sub(after.len())) else {
            return false;
        };
        if !is_same(start, before) || !is_same(end, after) {
            return false;
        }
        if entry.any_port
            && candidate.port.is_some()
            && candidate.port == entry.default_port.map(NonZeroU16::get)
        {
            return false;
        }
        match entry.form {
            Form::Whole => wild.is_empty(),
            Form::Subdomains => are_labels(wild),
            Form::InLabel => is_wild(wild),
            Form::Several => are_labels(wild) && host_matches(middle, false, wild),
            Form::SubdomainsAndMore => {
                let labels = middle.strip_prefix(b"*.").unwrap_or_default();
                are_labels(wild) && host_matches(labels, true, wild)
            }
        }
    }

    /// The text before, with and after the wildcards.
    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn parts(&self, entry: &Entry) -> Option<[&[u8]; 3]> {
        let text = self.text.get(index(entry.start)..)?;
        let (before, rest) = text.split_at_checked(entry.before.into())?;
        let (middle, rest) = rest.split_at_checked(entry.middle.into())?;
        let after = rest.get(..entry.after.into())?;
        Some([before, middle, after])
    }

    fn text(&self, entry: &Entry) -> String {
        let text = self.parts(entry).unwrap_or_default().concat();
        let port = if entry.any_port { ":*" } else { "" };
        alloc::format!("{}{port}", String::from_utf8_lossy(&text))
    }
}

/// The last `length` bytes of `origin`, if a label or all of the host begins there.
fn tail_of(origin: &[u8], length: usize) -> Option<&[u8]> {
    let at = origin.len().checked_sub(length)?;
    let (before, tail) = origin.split_at_checked(at)?;
    matches!(before, [.., b'.' | b'/']).then_some(tail)
}

/// A length as the compact structures keep it. Four thousand million of anything have been refused
/// long before.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The length of a text that is no longer than an origin.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// An index out of a compact structure.
fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::super::Origin;
    use super::*;

    const PATTERNS: [&str; 14] = [
        "https://*.example.com",
        "https://*.example.com:8443",
        "http://*.example.com:*",
        "https://*.example.com.",
        "https://pr-*-shop.example.com",
        "https://a.b-*.example.com:*",
        "https://*-b.example.com",
        "https://*.pr-*.example.com",
        "https://a-*.b-*.example.com:*",
        "http://localhost:*",
        "http://127.0.0.1:*",
        "http://[::1]:*",
        "tauri://*.localhost",
        "ftp://*.example.com:*",
    ];

    /// Origins that the pattern stands for, more or less.
    fn origins(pattern: &str) -> Vec<String> {
        let (pattern, ports) = match pattern.strip_suffix(":*") {
            Some(pattern) => {
                let ports = ["", ":", ":1", ":80", ":443", ":21", ":08", ":0", ":65535", ":65536"];
                (pattern, [&ports[..], &[":100000", ":00080", ":8a", "8"]].concat())
            }
            None => (pattern, alloc::vec!["", ":8443"]),
        };
        let long = format!("{}b", "a.".repeat(118));
        let wild =
            ["a", "a.b", "a-b", "a_b", "", ".", "a.", ".a", "a..b", "A", "1", "\u{e9}", &long];
        wild.iter()
            .flat_map(|wild| ports.iter().map(|port| [&pattern.replace('*', wild), *port].concat()))
            .collect()
    }

    /// The same with one byte changed, left out or doubled.
    fn altered(origin: &str) -> Vec<Vec<u8>> {
        let bytes = origin.as_bytes();
        let mut all = alloc::vec![bytes.to_vec()];
        for at in (0..bytes.len().min(40)).step_by(2) {
            for byte in *b".-_aA0:/[]*\xff " {
                let mut other = bytes.to_vec();
                other[at] = byte;
                all.push(other);
            }
            let mut other = bytes.to_vec();
            other.remove(at);
            all.push(other.clone());
            other.insert(at, bytes[at]);
            other.insert(at, bytes[at]);
            all.push(other);
        }
        all
    }

    #[test]
    fn a_match_of_bytes_is_a_match_of_the_origin_they_are() {
        let all: Vec<OriginPattern> = PATTERNS.iter().map(|text| text.parse().unwrap()).collect();
        let many = PatternSet::new(&all.iter().collect::<Vec<_>>());
        assert!(!many.table.is_empty());
        let (mut matched, mut asked) = (0, 0);
        for pattern in &all {
            let one = PatternSet::new(&[pattern]);
            for origin in origins(&pattern.to_string()) {
                for bytes in altered(&origin) {
                    let naive = |pattern: &OriginPattern| {
                        Origin::parse(&bytes).is_ok_and(|origin| pattern.matches(&origin))
                    };
                    let text = String::from_utf8_lossy(&bytes);
                    assert_eq!(one.stand_for(&bytes), naive(pattern), "{pattern} {text}");
                    assert_eq!(many.stand_for(&bytes), all.iter().any(naive), "{text}");
                    matched += usize::from(naive(pattern));
                    asked += 1;
                }
            }
        }
        assert!(matched > 1000 && asked > 10 * matched, "{matched} of {asked}");
    }
}
