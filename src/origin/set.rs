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
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::pattern::{OriginPattern, PortPattern};
use super::{LONGEST_HOST, LONGEST_ORIGIN, default_port, parse_port, split_scheme};

use crate::syntax::is_same;

mod table;
mod wild;

use table::{Strings, Table};
use wild::{are_labels, are_several, is_part_of_label};

/// How many origins, all as long as one another, are compared in turn for what a table's look-up
/// costs.
const FEW_ORIGINS: usize = 4;
/// The same for patterns under different tails.
const FEW_PATTERNS: usize = 2;

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
        let table = if texts.len() > FEW_ORIGINS {
            Table::new(texts.iter().map(|text| text.as_bytes()).enumerate(), texts.len())
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
        self.is_filed(bytes)
    }

    /// Whether one of many is `bytes`. Most that are not listed lead to an empty slot.
    #[inline(never)]
    fn is_filed(&self, bytes: &[u8]) -> bool {
        match self.table.start(bytes) {
            Some(hash) => self.is_filed_under(hash, bytes),
            None => false,
        }
    }

    #[inline(never)]
    fn is_filed_under(&self, hash: u64, bytes: &[u8]) -> bool {
        self.table
            .finds(hash, |at| self.strings.get(at).is_some_and(|string| is_same(string, bytes)))
    }
}

/// Patterns, filed under their tails.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PatternSet {
    /// What the patterns are written in, but for `:*`, end to end.
    text: Box<[u8]>,
    /// Those of one tail beside one another.
    entries: Box<[Entry]>,
    /// From a tail to the first of its entries; empty for a few patterns.
    table: Table,
    /// The lengths that tails have, each once; empty for a few patterns.
    tail_lengths: Box<[u8]>,
}

/// One pattern: the literal text before its first wildcard, what the wildcards of the host are and
/// stand between, and the literal text after the last of them, with the port where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Where in the text it begins: what is before, then what is after, then the middle.
    start: u32,
    before: u16,
    after: u16,
    /// The length of the longest origin that it can stand for, without what `:*` stands for.
    longest: u16,
    middle: u8,
    form: Form,
    /// Whether `:*` follows.
    any_port: bool,
    /// Whether there is another that is compared if this one does not match.
    more: bool,
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
    fn new(patterns: &[&OriginPattern]) -> Self {
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
    fn stand_for(&self, bytes: &[u8]) -> bool {
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
            tail_of(named, usize::from(length)).is_some_and(|tail| {
                self.table.start(tail).is_some_and(|hash| {
                    self.table.finds(hash, |first| self.one_matches(first, bytes, port))
                })
            })
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

    const PATTERNS: [&str; 24] = [
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
        // What is before and what is after can be the same bytes.
        "https://ab*ba.example.com:*",
        "https://*.*-a.c-*.example.com.:9",
        // Hardly anything is literal; what follows `://` is not a port.
        "a://b1:*",
        "a://*.b",
        "ws://*.a1.b:*",
        "http://*.localhost:*",
        "http://x.localhost:*",
        // Longer than is compared as two words.
        "https://a-name-that-is-long-before-*.the-wildcard-and-as-long-after-it.example.com",
        "https://a.name.that.is.long.and.has.no.wildcard.but.that.of.its.port.example.com:*",
        "wss://*.a.name.that.is.long.and.has.a.port.besides.example.com:65535",
    ];

    /// Origins that the pattern stands for, more or less.
    fn origins(pattern: &str) -> Vec<String> {
        let (pattern, ports) = match pattern.strip_suffix(":*") {
            Some(pattern) => {
                let ports = ["", ":", ":1", ":80", ":443", ":21", ":08", ":0", ":65535", ":65536"];
                let more = [":100000", ":00080", ":8a", "8", ":3000", ":0300", ":99999", ":08080"];
                (pattern, [&ports[..], &more].concat())
            }
            None => (pattern, alloc::vec!["", ":8443"]),
        };
        let long = format!("{}b", "a.".repeat(118));
        let wild = [
            "a",
            "a.b",
            "a-b",
            "a_b",
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "A",
            "1",
            "\u{e9}",
            &long,
            "ab",
            "aba",
            "1-2.abcdef",
            "pr-1.feature-12.abcdefghijk.3",
            "pr-1.feature-1..abcdefghi",
        ];
        wild.iter()
            .flat_map(|wild| ports.iter().map(|port| [&pattern.replace('*', wild), *port].concat()))
            .collect()
    }

    /// The same with one byte changed, left out or doubled.
    fn altered(origin: &str) -> Vec<Vec<u8>> {
        let bytes = origin.as_bytes();
        let mut all = alloc::vec![bytes.to_vec()];
        let end = bytes.len().saturating_sub(9).max(40);
        for at in (0..bytes.len().min(40)).step_by(2).chain(end..bytes.len()) {
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

    fn patterns() -> Vec<OriginPattern> {
        PATTERNS.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_match_of_bytes_is_a_match_of_the_origin_they_are() {
        let all = patterns();
        let many = PatternSet::new(&all.iter().collect::<Vec<_>>());
        assert!(!many.table.is_empty());
        let (mut matched, mut asked) = (0, 0);
        for (at, pattern) in all.iter().enumerate() {
            let one = PatternSet::new(&[pattern]);
            let other = &all[(at + 1) % all.len()];
            let two = PatternSet::new(&[pattern, other]);
            assert!(two.table.is_empty());
            for origin in origins(&pattern.to_string()) {
                for bytes in altered(&origin) {
                    let text = bytes.escape_ascii();
                    let origin = Origin::parse(&bytes).ok();
                    let is_match = |pattern: &OriginPattern| {
                        origin.is_some_and(|origin| pattern.matches(&origin))
                    };
                    let is_matched = is_match(pattern);
                    assert_eq!(one.stand_for(&bytes), is_matched, "{pattern} {text}");
                    let is_either = is_matched || is_match(other);
                    assert_eq!(two.stand_for(&bytes), is_either, "{pattern} {other} {text}");
                    let is_any = all.iter().any(is_match);
                    assert_eq!(many.stand_for(&bytes), is_any, "{text}");
                    matched += usize::from(is_matched);
                    asked += 1;
                }
            }
        }
        assert!(matched > 1000 && asked > 10 * matched, "{matched} of {asked}");
    }

    #[test]
    fn a_host_is_as_long_as_dns_has_room_for() {
        let scheme = "a".repeat(64);
        let under_long_scheme = [
            format!("{scheme}://*.example.com.:65535"),
            format!("{scheme}://*.example.com:*"),
            format!("{scheme}://a-*.example.com.:*"),
        ];
        let texts = PATTERNS.iter().copied().chain(under_long_scheme.iter().map(String::as_str));
        let (mut matched, mut refused) = (0, 0);
        for text in texts.filter(|text| text.trim_end_matches(":*").contains('*')) {
            let pattern: OriginPattern = text.parse().unwrap();
            let one = PatternSet::new(&[&pattern]);
            for (length, port) in (200..280).flat_map(|length| ["", ":65535"].map(|p| (length, p)))
            {
                // All of the length is the first wildcard's.
                let wild = "a".repeat(length);
                let origin = text.trim_end_matches(":*").replacen('*', &wild, 1).replace('*', "b");
                let origin = origin + if text.ends_with(":*") { port } else { "" };
                let is_matched =
                    Origin::parse(origin.as_bytes()).is_ok_and(|origin| pattern.matches(&origin));
                assert_eq!(one.stand_for(origin.as_bytes()), is_matched, "{text} {origin}");
                matched += usize::from(is_matched);
                refused += usize::from(!is_matched);
            }
        }
        assert!(matched > 500 && refused > 500, "{matched} {refused}");
    }

    #[test]
    fn what_is_compiled_is_what_was_written() {
        let all = patterns();
        let exact = ["https://example.com", "null"];
        let set = OriginSet::new(&exact, &all.iter().collect::<Vec<_>>());
        let mut texts = set.texts();
        texts.sort_unstable();
        let mut written = [&exact[..], &PATTERNS].concat();
        written.sort_unstable();
        assert_eq!(texts, written);
    }

    #[test]
    fn few_origins_and_many_are_the_same_question() {
        let names: Vec<String> = (0..40)
            .map(|n| format!("https://{}.test", "a".repeat(n % 9 + 1)))
            .zip(0..40)
            .map(|(name, port)| if port < 9 { name } else { format!("{name}:{port}") })
            .collect();
        for count in [0, 1, 2, FEW_ORIGINS, FEW_ORIGINS + 1, 40] {
            let listed: Vec<&str> = names.iter().take(count).map(String::as_str).collect();
            let set = OriginSet::new(&listed, &[]);
            assert_eq!(set.exact.table.is_empty(), count <= FEW_ORIGINS);
            for (at, name) in names.iter().enumerate() {
                assert_eq!(set.allows(name.as_bytes()), at < count, "{count} {name}");
                for other in altered(name) {
                    let is_listed = listed.iter().any(|listed| listed.as_bytes() == other);
                    assert_eq!(set.allows(&other), is_listed, "{}", other.escape_ascii());
                }
            }
        }
    }
}
