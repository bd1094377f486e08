//! Origins for which a pattern in the same list stands already.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::config::PolicyConfig;
use super::issue::{Findings, Issue, IssueCode, IssueValue};
use crate::origin::pattern::{OriginPattern, PortPattern, host_matches};

/// How many patterns of one tail are looked through for each origin, so that a long list of them
/// is not compared each with each.
const MOST_SIBLINGS: usize = 256;

/// Patterns under their scheme and tail.
type ByTail<'p> = BTreeMap<(&'p str, &'p str), Vec<&'p OriginPattern>>;

/// Adds a warning for every origin that another pattern of the list covers.
pub(super) fn find_covered_origins(config: &PolicyConfig, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    let listed: Vec<(usize, OriginPattern)> = config
        .allow_origins
        .iter()
        .enumerate()
        .filter(|(_, text)| seen.insert(*text))
        .filter_map(|(index, text)| Some((index, text.parse().ok()?)))
        .collect();
    let mut by_tail = ByTail::new();
    for (_, pattern) in listed.iter().filter(|(_, pattern)| !pattern.is_exact()) {
        by_tail.entry((pattern.scheme(), pattern.tail())).or_default().push(pattern);
    }
    for (index, pattern) in &listed {
        if let Some(wider) = find_wider(&by_tail, pattern) {
            findings.push(Issue {
                code: IssueCode::OriginCovered,
                field: "allow_origins",
                index: Some(*index),
                value: IssueValue::Text(pattern.as_str().to_string()),
                message: format!("{wider} stands for it already").into(),
                suggestion: None,
            });
        }
    }
    findings.warnings.sort_by_key(|issue| order_of(issue.field));
}

/// Where a field stands in the document.
fn order_of(field: &str) -> usize {
    ["allow_origins", "allow_methods", "allow_headers", "expose_headers", "max_age"]
        .iter()
        .position(|name| *name == field)
        .unwrap_or(usize::MAX)
}

fn find_wider<'p>(by_tail: &ByTail<'p>, pattern: &OriginPattern) -> Option<&'p OriginPattern> {
    let (one, other) = samples(pattern);
    // Whatever matches a host has a tail at which a label of the host begins.
    let starts =
        core::iter::once(0).chain(one.match_indices('.').map(|(at, _)| at.saturating_add(1)));
    starts
        .filter_map(|start| by_tail.get(&(pattern.scheme(), one.get(start..)?)))
        .flat_map(|siblings| siblings.iter().take(MOST_SIBLINGS))
        .find(|wider| {
            wider.as_str() != pattern.as_str()
                && (wider.port() == PortPattern::Any || wider.port() == pattern.port())
                && [&one, &other].iter().all(|host| {
                    host_matches(wider.host().as_bytes(), wider.subdomains(), host.as_bytes())
                })
        })
        .copied()
}

/// Two hosts that the pattern matches, and that no narrower one does both: what stands for a
/// wildcard in one has nothing in common with what does in the other, at either end.
fn samples(pattern: &OriginPattern) -> (String, String) {
    let (one, other) = (pattern.host().replace('*', "q"), pattern.host().replace('*', "8-8"));
    if pattern.subdomains() { (format!("q.{one}"), format!("8.8-8.{other}")) } else { (one, other) }
}
