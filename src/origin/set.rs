//! `OriginSet`: the origins of a policy, compiled.
//!
//! A policy that lists one origin and no pattern needs none: its text is compared, and is the answer.
//! Of any other, two questions are asked, and both cost what the policy's size bounds, not the
//! input's.
//!
//! **Is it listed exactly?** The serializations lie end to end in one buffer. Lengths that no
//! listed origin has are turned away before anything is read. A few are compared in turn; many are
//! found through an open-addressed table, at most half full, whose slots hold the index of a string
//! and, in the bits that the index leaves, bits of its hash: a slot that is not the right one is
//! passed over without a look at its string, and most origins that are not listed lead to an empty
//! one. The hash has no key: only the policy's author fills the table, and an input can do no worse
//! than the longest run of full slots.
//!
//! **Does a pattern stand for it?** What is held against a pattern is a strictly serialized origin,
//! but it need not be parsed before it is: whatever is literal in a pattern is in the serialized
//! form, or the pattern would have been refused when the policy was built. So a pattern is kept as
//! two literal strings, what is before its first wildcard, with the scheme, and what is after its
//! last, with a port that is written out. An origin must begin with the one and end in the other,
//! the port that `:*` stands for aside, without their overlapping. Strictness is then a matter of
//! what stands for the wildcards: whole labels of `[a-z0-9_-]`, none empty, for `*.`; one or more
//! of `[a-z0-9-]` for a `*` in a label; a decimal port up to 65535, without leading zeros and not
//! the scheme's default, for `:*`; and of a host that is short enough for DNS, which gives each
//! pattern the length of the longest origin it can stand for. A label that ends in a number makes
//! an address of a host, but the last label is always literal. Between several wildcards, which are
//! rare, the labels are compared one by one. What stands for a wildcard is looked at sixteen bytes
//! at a time. A test holds all of this against the parser and the naive comparison.
//!
//! Each of more patterns than two is filed under its *tail*, the literal labels to the right of its
//! last wildcard. For every length that a tail has in this policy (there are few, and never more
//! than 253), the end of the host is looked up if a label begins there; what is filed under it is
//! compared in full.
//!
//! **The worst cases.** Of the input: nothing longer than 327 bytes is read, so an origin whose
//! host is as long as a host can be, under several wildcards or `*.`, is the most expensive one
//! that is allowed. Of the policy: many patterns of one tail
//! (`https://a-*.example.net`, `https://b-*.example.net`, …) are compared one after another; and
//! tails of many lengths, which are looked up one after another, at most as many as the host has
//! labels. Of the answer: telling *why* an origin is refused takes a strict parse, which is left
//! until somebody asks ([`Decision::verdict`](crate::Decision::verdict)).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::pattern::OriginPattern;
use crate::syntax::is_same_without_call as is_same;

mod patterns;
mod table;
mod wild;

use patterns::PatternSet;
use table::{Place, Strings, Table};

/// How many origins, all as long as one another, are compared in turn for what a table's look-up
/// costs.
const FEW_ORIGINS: usize = 3;

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
        exact.chain(self.patterns.iter().flat_map(|set| set.texts())).collect()
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
            Some(place) => self.is_filed_from(place, bytes),
            None => false,
        }
    }

    /// Hardly any other string is filed in its place.
    #[inline(never)]
    fn is_filed_from(&self, place: Place, bytes: &[u8]) -> bool {
        self.is_at(self.table.index(place), bytes) || self.is_filed_after(place, bytes)
    }

    #[cold]
    #[inline(never)]
    fn is_filed_after(&self, place: Place, bytes: &[u8]) -> bool {
        self.table
            .next(place)
            .is_some_and(|place| self.table.finds(place, |at| self.is_at(at, bytes)))
    }

    #[inline]
    fn is_at(&self, at: usize, bytes: &[u8]) -> bool {
        self.strings.get(at).is_some_and(|string| is_same(string, bytes))
    }
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

    use super::super::Origin;
    use super::patterns::FEW_PATTERNS;
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
        assert!(all.len() > FEW_PATTERNS);
        let (mut matched, mut asked) = (0, 0);
        for (at, pattern) in all.iter().enumerate() {
            let one = PatternSet::new(&[pattern]);
            let few: Vec<_> = all.iter().cycle().skip(at).take(FEW_PATTERNS).collect();
            let in_turn = PatternSet::new(&few);
            for origin in origins(&pattern.to_string()) {
                for bytes in altered(&origin) {
                    let text = bytes.escape_ascii();
                    let origin = Origin::parse(&bytes).ok();
                    let is_match = |pattern: &OriginPattern| {
                        origin.is_some_and(|origin| pattern.matches(&origin))
                    };
                    let is_matched = is_match(pattern);
                    assert_eq!(one.stand_for(&bytes), is_matched, "{pattern} {text}");
                    let is_one_of_few = few.iter().any(|pattern| is_match(pattern));
                    assert_eq!(in_turn.stand_for(&bytes), is_one_of_few, "{pattern} {text}");
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

    #[test]
    fn an_origin_is_found_behind_others_that_are_told_from_it_by_nothing() {
        let names: Vec<String> = (0..1000).map(|n| format!("https://{n:03}.test")).collect();
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut set = ExactSet::new(&texts);
        // The index leaves so few bits that many have the same.
        set.table = Table::new(texts.iter().map(|text| text.as_bytes()).enumerate(), 1 << 28);
        let first = |name: &&&str| set.table.start(name.as_bytes()).map(|at| set.table.index(at));
        let behind = texts.iter().zip(0..).filter(|(name, at)| first(name) != Some(*at)).count();
        assert!(behind > 20, "{behind}");
        for name in &texts {
            assert!(set.contains(name.as_bytes()), "{name}");
            assert!(!set.contains(name.replace("test", "tesu").as_bytes()), "{name}");
        }
    }
}
