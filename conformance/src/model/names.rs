//! Access-Control-Request-Headers, read to its end and then judged from the left.

use corsac::PolicyConfig;

use super::{Refused, is_any, shown};

/// RFC 9110's `token`.
pub(super) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// How much may be asked for, and of what.
struct Budget {
    names: usize,
    name_length: usize,
    empty: usize,
    whitespace: usize,
}

const OVER_BUDGET: Refused = ("headers-over-budget", None);

/// The first thing wrong with the lines, from left to right.
pub(super) fn refuse(policy: &PolicyConfig, lines: &[Vec<u8>]) -> Option<Refused> {
    if lines.len() > 16 {
        return Some(OVER_BUDGET);
    }
    let mut listed: Vec<String> =
        policy.allow_headers.iter().map(|name| name.to_lowercase()).collect();
    listed.sort();
    listed.dedup();
    let any = is_any(&listed);
    let longest = listed.iter().map(String::len).max().unwrap_or(0).max(1);
    let mut budget = Budget {
        names: if any { 64 } else { listed.len().saturating_add(16) },
        name_length: if any { 128 } else { longest },
        empty: 16,
        whitespace: 64,
    };
    lines.iter().find_map(|line| {
        let elements = line.split(|byte| *byte == b',');
        elements
            .into_iter()
            .find_map(|element| refuse_element(policy, &listed, any, element, &mut budget))
    })
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn refuse_element(
    policy: &PolicyConfig,
    listed: &[String],
    any: bool,
    element: &[u8],
    budget: &mut Budget,
) -> Option<Refused> {
    // The whitespace before the name.
    let before = element.iter().take_while(|byte| is_space(**byte)).count();
    if before > budget.whitespace {
        return Some(OVER_BUDGET);
    }
    budget.whitespace = budget.whitespace.saturating_sub(before);
    let element: Vec<u8> = element.iter().skip(before).copied().collect();
    if element.is_empty() {
        if budget.empty == 0 {
            return Some(OVER_BUDGET);
        }
        budget.empty = budget.empty.saturating_sub(1);
        return None;
    }
    // The name.
    if budget.names == 0 {
        return Some(OVER_BUDGET);
    }
    budget.names = budget.names.saturating_sub(1);
    let name: Vec<u8> = element.iter().take_while(|byte| is_token(&[**byte])).copied().collect();
    if name.len() > budget.name_length {
        return Some(if any { OVER_BUDGET } else { ("header-not-allowed", shown(&name)) });
    }
    // What follows it.
    let after: Vec<u8> = element.iter().skip(name.len()).copied().collect();
    let spaces = after.iter().take_while(|byte| is_space(**byte)).count();
    let is_name_cut_off = after.first().is_some_and(|byte| !is_space(*byte));
    if !is_name_cut_off && spaces > budget.whitespace {
        return Some(OVER_BUDGET);
    }
    budget.whitespace = budget.whitespace.saturating_sub(spaces);
    if after.len() > spaces {
        let upto = name.len().saturating_add(spaces).saturating_add(1);
        let at_fault: Vec<u8> = element.iter().take(upto).copied().collect();
        return Some(("headers-malformed", shown(&at_fault)));
    }
    // Whether it is allowed.
    let lower = name.to_ascii_lowercase();
    let is_named = listed.iter().any(|listed| listed.as_bytes() == lower);
    let is_allowed = match (any, lower.as_slice()) {
        (true, b"*") => !policy.allow_credentials,
        (true, lower) if lower != b"authorization" => true,
        _ => is_named,
    };
    (!is_allowed).then(|| ("header-not-allowed", shown(&name)))
}
