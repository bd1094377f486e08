//! `OriginSet`: the origins of a policy, compiled.
//!
//! Two questions are asked of it, and both cost what the policy's size bounds, not the input's.
//!
//! **Is it listed exactly?** The serializations lie end to end in one buffer. A few are compared
//! in turn; many are found through an open-addressed table. The hash has no key: only the policy's
//! author fills the table, and an input can do no worse than the longest run of full slots.
//! Lengths that no listed origin has are turned away before anything is read.
//!
//! **Does a pattern match it?** Each pattern is filed under its *tail*, the literal labels to the
//! right of its last wildcard. For every length that a tail has in this policy (there are few,
//! and never more than 253), the host is cut where a label begins, and the tail of that length is
//! looked up; what is filed there is compared in full. The worst case is a policy with many
//! patterns of one tail (`https://a-*.example.net`, `https://b-*.example.net`, …): these are
//! compared one after another.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::pattern::{OriginPattern, PortPattern, host_matches};
use super::{Origin, Tuple};

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

    /// Whether a pattern stands for `origin`.
    #[inline]
    pub(crate) fn has_pattern_for(&self, origin: &Origin<'_>) -> bool {
        match (&self.patterns, origin.tuple()) {
            (Some(patterns), Some(tuple)) => patterns.matches(tuple),
            _ => false,
        }
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
    /// Lengths of the shortest and the longest.
    lengths: (usize, usize),
}

impl ExactSet {
    fn new(texts: &[&str]) -> Self {
        let strings = Strings::new(texts.iter().map(|text| text.as_bytes()));
        let lengths = texts.iter().map(|text| text.len());
        let lengths = (lengths.clone().min().unwrap_or(usize::MAX), lengths.max().unwrap_or(0));
        let table = if texts.len() > LINEAR {
            Table::new(texts.iter().map(|text| text.as_bytes()))
        } else {
            Table::default()
        };
        Self { strings, table, lengths }
    }

    #[inline]
    fn contains(&self, bytes: &[u8]) -> bool {
        if bytes.len() < self.lengths.0 || bytes.len() > self.lengths.1 {
            return false;
        }
        if self.table.is_empty() {
            return self.strings.iter().any(|string| string == bytes);
        }
        self.table.candidates(bytes).any(|at| self.strings.get(at) == Some(bytes))
    }
}

/// Patterns, filed under their tails.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PatternSet {
    /// The hosts of the patterns, without a leading `*.`.
    hosts: Strings,
    /// The schemes in use.
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
    port: PortPattern,
    tail_length: u8,
    subdomains: bool,
    host: u32,
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
            port: pattern.port(),
            // A host is at most 254 bytes long.
            tail_length: u8::try_from(pattern.tail().len()).unwrap_or(u8::MAX),
            subdomains: pattern.subdomains(),
            host: narrow(at),
        };
        let entries: Box<[Entry]> = patterns.iter().enumerate().map(entry).collect();
        let mut tail_lengths: Vec<u8> = entries.iter().map(|entry| entry.tail_length).collect();
        tail_lengths.sort_unstable();
        tail_lengths.dedup();
        let (groups, table) = if patterns.len() > LINEAR {
            group(&patterns)
        } else {
            (Box::default(), Table::default())
        };
        Self {
            hosts: Strings::new(patterns.iter().map(|pattern| pattern.host().as_bytes())),
            schemes: Strings::new(schemes.iter().map(|scheme| scheme.as_bytes())),
            entries,
            groups,
            table,
            tail_lengths: tail_lengths.into(),
        }
    }

    fn matches(&self, origin: &Tuple<'_>) -> bool {
        if self.table.is_empty() {
            return self.entries.iter().any(|entry| self.entry_matches(entry, origin));
        }
        self.tail_lengths.iter().any(|&length| {
            tail_of(origin.host, usize::from(length)).is_some_and(|tail| {
                self.table.candidates(tail).any(|group| {
                    self.group(group).iter().any(|entry| self.entry_matches(entry, origin))
                })
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

    fn entry_matches(&self, entry: &Entry, origin: &Tuple<'_>) -> bool {
        let Some(pattern) = self.hosts.get(index(entry.host)) else { return false };
        if !entry.port.matches(origin.port)
            || self.schemes.get(index(entry.scheme)) != Some(origin.scheme)
        {
            return false;
        }
        if usize::from(entry.tail_length) < pattern.len() {
            return host_matches(pattern, entry.subdomains, origin.host);
        }
        // No wildcard but `*.`: a suffix that begins where a label does.
        match origin.host.strip_suffix(pattern) {
            Some([]) => !entry.subdomains,
            Some([.., b'.']) => entry.subdomains,
            _ => false,
        }
    }

    fn text(&self, entry: &Entry) -> String {
        let scheme = self.schemes.get(index(entry.scheme)).unwrap_or_default();
        let host = self.hosts.get(index(entry.host)).unwrap_or_default();
        let (scheme, host) = (String::from_utf8_lossy(scheme), String::from_utf8_lossy(host));
        let subdomains = if entry.subdomains { "*." } else { "" };
        match entry.port {
            PortPattern::Absent => alloc::format!("{scheme}://{subdomains}{host}"),
            PortPattern::Any => alloc::format!("{scheme}://{subdomains}{host}:*"),
            PortPattern::Exactly(port) => alloc::format!("{scheme}://{subdomains}{host}:{port}"),
        }
    }
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
