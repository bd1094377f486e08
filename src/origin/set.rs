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

use super::pattern::{OriginPattern, PortPattern, host_matches, is_wild};
use super::{LONGEST_ORIGIN, Origin, are_labels, default_port, is_short_enough, split_scheme};

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
    /// The hosts of the patterns, without a leading `*.`.
    hosts: Strings,
    /// The schemes in use, each with its `://`.
    schemes: Strings,
    /// Those of one tail beside one another.
    entries: Box<[Entry]>,
    /// Where the entries of each tail begin, and where the last of them end.
    groups: Box<[u32]>,
    /// From a tail to its group; empty for a few patterns.
    table: Table,
    /// The lengths that tails have, each once.
    tail_lengths: Box<[u8]>,
}

/// One pattern; its host is the string of the same index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    scheme: u32,
    host: u32,
    port: PortPattern,
    form: Form,
}

/// Where in the host the wildcards are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nowhere: the port is the wildcard.
    Whole,
    /// `*.` before it.
    Subdomains,
    /// One in a label, at this place of the host.
    InLabel(u8),
    /// Several.
    Several { subdomains: bool },
}

impl Form {
    fn of(pattern: &OriginPattern) -> Self {
        let mut stars = pattern.host().bytes().enumerate().filter(|(_, byte)| *byte == b'*');
        // A host is at most 254 bytes long.
        let first = stars.next().and_then(|(at, _)| u8::try_from(at).ok());
        match (first, stars.next(), pattern.subdomains()) {
            (None, _, false) => Self::Whole,
            (None, _, true) => Self::Subdomains,
            (Some(at), None, false) => Self::InLabel(at),
            (Some(_), _, subdomains) => Self::Several { subdomains },
        }
    }
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
        let mut schemes: Vec<&str> = patterns.iter().map(|pattern| pattern.scheme()).collect();
        schemes.sort_unstable();
        schemes.dedup();
        let entry = |(at, pattern): (usize, &&OriginPattern)| Entry {
            scheme: schemes.binary_search(&pattern.scheme()).map_or(u32::MAX, narrow),
            host: narrow(at),
            port: pattern.port(),
            form: Form::of(pattern),
        };
        let entries: Box<[Entry]> = patterns.iter().enumerate().map(entry).collect();
        let length =
            |pattern: &&OriginPattern| u8::try_from(pattern.tail().len()).unwrap_or(u8::MAX);
        let mut tail_lengths: Vec<u8> = patterns.iter().map(length).collect();
        tail_lengths.sort_unstable();
        tail_lengths.dedup();
        let (groups, table) = if patterns.len() > LINEAR {
            group(&patterns)
        } else {
            (Box::default(), Table::default())
        };
        let schemes: Vec<String> = schemes.iter().map(|scheme| [scheme, "://"].concat()).collect();
        Self {
            hosts: Strings::new(patterns.iter().map(|pattern| pattern.host().as_bytes())),
            schemes: Strings::new(schemes.iter().map(String::as_bytes)),
            entries,
            groups,
            table,
            tail_lengths: tail_lengths.into(),
        }
    }

    /// Whether `bytes` are an origin, strictly serialized, and one of the patterns stands for it.
    #[inline(never)]
    fn stand_for(&self, bytes: &[u8]) -> bool {
        let Some(candidate) = Candidate::new(bytes) else { return false };
        if self.table.is_empty() {
            return self.one_matches(&self.entries, &candidate);
        }
        let Ok((_, host)) = split_scheme(candidate.before_port) else { return false };
        self.tail_lengths.iter().any(|&length| {
            tail_of(host, usize::from(length)).is_some_and(|tail| {
                self.table.finds(tail, |group| self.one_matches(self.group(group), &candidate))
            })
        })
    }

    fn group(&self, at: usize) -> &[Entry] {
        match self.groups.get(at..) {
            Some([start, end, ..]) => {
                self.entries.get(index(*start)..index(*end)).unwrap_or_default()
            }
            _ => &[],
        }
    }

    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn one_matches(&self, entries: &[Entry], candidate: &Candidate<'_>) -> bool {
        entries.iter().any(|entry| self.entry_matches(entry, candidate))
    }

    /// What is literal in a pattern is in the form in which browsers send it, or it would be no
    /// pattern. So a match is strictly serialized if what stands for the wildcards is.
    #[expect(clippy::inline_always, reason = "it is most of what a decision costs")]
    #[inline(always)]
    fn entry_matches(&self, entry: &Entry, candidate: &Candidate<'_>) -> bool {
        let (Some(scheme), Some(pattern)) =
            (self.schemes.get(index(entry.scheme)), self.hosts.get(index(entry.host)))
        else {
            return false;
        };
        let Some(host) = strip_scheme(candidate.before_port, scheme) else { return false };
        if !entry.port.matches(candidate.port) || is_default_port(scheme, candidate.port) {
            return false;
        }
        match entry.form {
            Form::Whole => host == pattern,
            Form::Subdomains => {
                let before = host.len().wrapping_sub(pattern.len());
                let Some((labels, tail)) = host.split_at_checked(before) else { return false };
                is_same(tail, pattern)
                    && matches!(labels, [labels @ .., b'.'] if are_labels(labels))
                    && is_short_enough(host)
            }
            Form::InLabel(star) => {
                let Some((before, [_, after @ ..])) = pattern.split_at_checked(star.into()) else {
                    return false;
                };
                let middle = host.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                middle.is_some_and(is_wild) && is_short_enough(host)
            }
            Form::Several { subdomains } => Origin::parse(candidate.bytes).is_ok_and(|origin| {
                origin.tuple().is_some_and(|tuple| host_matches(pattern, subdomains, tuple.host))
            }),
        }
    }

    fn text(&self, entry: &Entry) -> String {
        let scheme = self.schemes.get(index(entry.scheme)).unwrap_or_default();
        let host = self.hosts.get(index(entry.host)).unwrap_or_default();
        let (scheme, host) = (String::from_utf8_lossy(scheme), String::from_utf8_lossy(host));
        let subdomains = match entry.form {
            Form::Subdomains | Form::Several { subdomains: true } => "*.",
            Form::Whole | Form::InLabel(_) | Form::Several { subdomains: false } => "",
        };
        match entry.port {
            PortPattern::Absent => alloc::format!("{scheme}{subdomains}{host}"),
            PortPattern::Any => alloc::format!("{scheme}{subdomains}{host}:*"),
            PortPattern::Exactly(port) => alloc::format!("{scheme}{subdomains}{host}:{port}"),
        }
    }
}

/// What follows `scheme://`.
#[inline]
fn strip_scheme<'b>(bytes: &'b [u8], scheme: &[u8]) -> Option<&'b [u8]> {
    // One word of `https://` is compared faster than a string.
    match (bytes.split_first_chunk::<8>(), <&[u8; 8]>::try_from(scheme)) {
        (Some((start, rest)), Ok(scheme)) => (start == scheme).then_some(rest),
        _ => bytes.strip_prefix(scheme),
    }
}

/// Whether a port is the one that is never serialized beside this `scheme://`.
#[inline]
fn is_default_port(scheme: &[u8], port: Option<u16>) -> bool {
    matches!(port, Some(443 | 80 | 21))
        && port == scheme.strip_suffix(b"://").and_then(default_port)
}

/// Finds where each tail's patterns begin, and files these places under the tails.
fn group(patterns: &[&OriginPattern]) -> (Box<[u32]>, Table) {
    let mut starts = Vec::new();
    let mut tails = Vec::new();
    let mut start = 0_usize;
    for chunk in patterns.chunk_by(|one, next| one.tail() == next.tail()) {
        starts.push(narrow(start));
        tails.extend(chunk.first().map(|pattern| pattern.tail().as_bytes()));
        start = start.saturating_add(chunk.len());
    }
    starts.push(narrow(start));
    (starts.into(), Table::new(tails.iter().copied()))
}

/// The last `length` bytes of `host`, if a label begins there.
fn tail_of(host: &[u8], length: usize) -> Option<&[u8]> {
    let at = host.len().checked_sub(length)?;
    let (before, tail) = host.split_at_checked(at)?;
    matches!(before.last(), None | Some(b'.')).then_some(tail)
}

/// A length as the compact structures keep it. Four thousand million of anything have been refused
/// long before.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// An index out of a compact structure.
fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

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
