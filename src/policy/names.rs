//! `Names`: the request headers that may be asked for, and the scanner of
//! [`Access-Control-Request-Headers`](https://fetch.spec.whatwg.org/#http-access-control-request-headers).
//!
//! A browser sends the names in lower case, sorted, each once, divided by single commas. Such a
//! list is walked beside the policy's own sorted names, and so costs what the policy's length
//! bounds. Other clients and intermediaries send names in any order and case, repeat them, put
//! spaces between and leave elements empty ([RFC 9110, section
//! 5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2)): a slower walk accepts all of
//! that within the budgets below, which no client in earnest comes near.

use super::list::List;
use crate::rejection::Rejection;
use crate::syntax::{is_ows, is_tchar};

/// Empty elements accepted over all lines.
const MOST_EMPTY: usize = 16;
/// Bytes of whitespace between elements accepted over all lines.
const MOST_OWS: usize = 64;
/// Names accepted beyond as many as the policy lists, so that there is room for repeats.
const MOST_REPEATS: usize = 16;
/// Names accepted where any is allowed.
const MOST_ANY: usize = 64;
/// The longest name accepted where any is allowed, in bytes; and the longest that can be listed.
pub(crate) const LONGEST_NAME: usize = 128;
/// How much of what is at fault is shown, in bytes.
pub(crate) const MOST_SHOWN: usize = 128;

/// The one [CORS non-wildcard request-header
/// name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
const AUTHORIZATION: &[u8] = b"authorization";

/// Which request headers a policy allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// `*`: every name but `authorization`.
    Any {
        /// Whether `authorization` is listed beside it.
        authorization: bool,
        /// With credentials, a `*` in the answer is the name of a header, not a wildcard.
        credentials: bool,
    },
    /// These, in lower case.
    Listed {
        /// Indexed in the order of their bytes.
        list: List,
        /// The length of the longest, in bytes.
        longest: usize,
    },
}

/// Why a list is refused, and the bytes at fault.
pub(crate) type Refused<'r> = (Rejection, &'r [u8]);

impl Names {
    pub(crate) fn listed(list: List) -> Self {
        let longest = list.iter().map(<[u8]>::len).max().unwrap_or(0).max(1);
        Self::Listed { list, longest }
    }

    /// Whether every name that the lines ask for is allowed.
    #[inline]
    pub(crate) fn check<'r>(&self, lines: &[&'r [u8]]) -> Result<(), Refused<'r>> {
        match (self, lines) {
            (_, []) => Ok(()),
            (Self::Listed { list, .. }, [line]) if is_in_order(list, line) => Ok(()),
            _ => self.scan(lines),
        }
    }

    /// Walks the lines, whatever they hold.
    fn scan<'r>(&self, lines: &[&'r [u8]]) -> Result<(), Refused<'r>> {
        const OVER_BUDGET: Refused<'_> = (Rejection::HeadersOverBudget, b"");
        let (longest, most) = match self {
            Self::Any { .. } => (LONGEST_NAME, MOST_ANY),
            Self::Listed { list, longest } => (*longest, list.len().saturating_add(MOST_REPEATS)),
        };
        let (mut ows, mut empty, mut names) = (MOST_OWS, MOST_EMPTY, most);
        for &line in lines {
            let mut rest = line;
            loop {
                rest = skip_ows(rest, &mut ows).ok_or(OVER_BUDGET)?;
                let element = rest;
                if matches!(element.first(), None | Some(b',')) {
                    empty = empty.checked_sub(1).ok_or(OVER_BUDGET)?;
                } else {
                    names = names.checked_sub(1).ok_or(OVER_BUDGET)?;
                    let name = self.read_name(element, longest)?;
                    rest = element.get(name.len()..).unwrap_or_default();
                    rest = skip_ows(rest, &mut ows).ok_or(OVER_BUDGET)?;
                    if !matches!(rest.first(), None | Some(b',')) {
                        return Err(malformed(element, rest));
                    }
                    if !self.allows(name) {
                        return Err((Rejection::HeaderNotAllowed, show(name)));
                    }
                }
                match rest.split_first() {
                    None => break,
                    Some((_, after)) => rest = after,
                }
            }
        }
        Ok(())
    }

    /// The name at the start of `element`, of which no more is read than a name can be long.
    fn read_name<'r>(&self, element: &'r [u8], longest: usize) -> Result<&'r [u8], Refused<'r>> {
        let window = element.get(..longest.saturating_add(1)).unwrap_or(element);
        let length = window.iter().take_while(|&&byte| is_tchar(byte)).count();
        let (name, rest) = element.split_at_checked(length).unwrap_or((element, &[]));
        if length > longest {
            return Err(match self {
                Self::Any { .. } => (Rejection::HeadersOverBudget, b""),
                // How long it really is, only the log's reader asks.
                Self::Listed { .. } => (Rejection::HeaderNotAllowed, show_name(element)),
            });
        }
        match rest.first() {
            None | Some(b',' | b' ' | b'\t') => Ok(name),
            Some(_) => Err(malformed(element, rest)),
        }
    }

    /// Whether the policy allows a name, in whatever case it is written.
    fn allows(&self, name: &[u8]) -> bool {
        match self {
            Self::Any { authorization, .. } if name.eq_ignore_ascii_case(AUTHORIZATION) => {
                *authorization
            }
            // Given back beside credentials, a header of this name would lie in a preflight cache
            // as if it were the wildcard.
            Self::Any { credentials, .. } => !(*credentials && name == b"*"),
            Self::Listed { list, .. } => finds(list, name),
        }
    }
}

/// Whether `line` names some of `list` as a browser would: in its order, in lower case, each once,
/// divided by single commas.
#[inline]
fn is_in_order(list: &List, line: &[u8]) -> bool {
    let mut rest = line;
    for name in list.iter() {
        // Names beside one another in the order begin alike, so their ends are compared first.
        let end = name.len().saturating_sub(1);
        if rest.get(end) == name.last()
            && let Some(after) = rest.strip_prefix(name)
        {
            match after.split_first() {
                None => return true,
                Some((b',', after)) => rest = after,
                Some(_) => {}
            }
        }
    }
    false
}

/// How many names are compared in turn before a search is worth it.
const LINEAR: usize = 16;

/// Whether `name`, in whatever case, is in the sorted list.
fn finds(list: &List, name: &[u8]) -> bool {
    // Most clients write names in lower case.
    let is_there = |listed: &[u8]| {
        listed.len() == name.len() && listed.last() == name.last() && listed == name
    };
    let in_turn =
        list.len() <= LINEAR && name.first().is_some_and(|byte| !byte.is_ascii_uppercase());
    (in_turn && list.iter().any(is_there)) || finds_folded(list, name)
}

/// Binary search for `name` in lower case.
fn finds_folded(list: &List, name: &[u8]) -> bool {
    let mut lower = [0; LONGEST_NAME];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let Some(listed) = list.get(middle) else { return false };
        match listed.cmp(lower) {
            core::cmp::Ordering::Equal => return true,
            core::cmp::Ordering::Less => low = middle.saturating_add(1),
            core::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

/// Passes over whitespace; `None` once that is more than the budget.
fn skip_ows<'r>(mut rest: &'r [u8], budget: &mut usize) -> Option<&'r [u8]> {
    while let Some((&byte, after)) = rest.split_first()
        && is_ows(byte)
    {
        *budget = budget.checked_sub(1)?;
        rest = after;
    }
    Some(rest)
}

/// An element that is no name: its bytes up to and with the one at fault, where `rest` begins.
fn malformed<'r>(element: &'r [u8], rest: &[u8]) -> Refused<'r> {
    let upto = element.len().saturating_sub(rest.len()).saturating_add(1);
    (Rejection::HeadersMalformed, show(element.get(..upto).unwrap_or(element)))
}

fn show_name(element: &[u8]) -> &[u8] {
    let shown = show(element);
    let length = shown.iter().take_while(|&&byte| is_tchar(byte)).count();
    shown.get(..length).unwrap_or(shown)
}

pub(crate) fn show(bytes: &[u8]) -> &[u8] {
    bytes.get(..MOST_SHOWN).unwrap_or(bytes)
}
