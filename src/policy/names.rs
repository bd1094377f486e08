//! `Names`: the request headers that may be asked for, and the scanner of
//! [`Access-Control-Request-Headers`](https://fetch.spec.whatwg.org/#http-access-control-request-headers).
//!
//! A browser sends the names in lower case, sorted, each once, divided by single commas. Such a
//! list is walked beside the policy's own sorted names, and so costs what the policy's length
//! bounds. Other clients and intermediaries send names in any order and case, repeat them, put
//! spaces between and leave elements empty ([RFC 9110, section
//! 5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2)): a slower walk accepts all of
//! that within the budgets below, which no client in earnest comes near.

use super::list::{Key, List};
use crate::rejection::Rejection;
use crate::syntax::{is_ows, is_same, is_same_in_any_case, is_tchar};

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Why a list is refused, and where: an element, and how much of it is at fault.
struct Fault<'r> {
    rejection: Rejection,
    element: &'r [u8],
    /// `None` for a name that is longer than any listed one: only the log's reader asks how long.
    length: Option<usize>,
}

const OVER_BUDGET: Fault<'_> =
    Fault { rejection: Rejection::HeadersOverBudget, element: b"", length: Some(0) };

impl<'r> Fault<'r> {
    fn shown(&self) -> &'r [u8] {
        let element = show(self.element);
        let is_tchar = |&&byte: &&u8| is_tchar(byte);
        let length = self.length.unwrap_or_else(|| element.iter().take_while(is_tchar).count());
        element.get(..length).unwrap_or(element)
    }
}

impl Names {
    pub(crate) fn listed(list: List) -> Self {
        let longest = list.iter().map(<[u8]>::len).max().unwrap_or(0).max(1);
        Self::Listed { list, longest }
    }

    /// Whether every name that the lines ask for is allowed.
    #[inline]
    pub(crate) fn check(&self, lines: &[&[u8]]) -> Result<(), Rejection> {
        self.find_fault(lines).map_err(|fault| fault.rejection)
    }

    /// What is at fault in lines that are refused.
    pub(crate) fn offending<'r>(&self, lines: &[&'r [u8]]) -> Option<&'r [u8]> {
        self.find_fault(lines).err().map(|fault| fault.shown())
    }

    #[inline]
    fn find_fault<'r>(&self, lines: &[&'r [u8]]) -> Result<(), Fault<'r>> {
        let [line, more @ ..] = lines else { return Ok(()) };
        let (rest, taken) = match self {
            Self::Listed { list, .. } => walk(list, line),
            Self::Any { .. } => (Some(*line), 0),
        };
        if rest.is_none() && more.is_empty() { Ok(()) } else { self.scan(rest, taken, more) }
    }

    /// Walks what is left of a line, of which `taken` names have been walked, and more lines,
    /// whatever they hold.
    #[inline(never)]
    fn scan<'r>(
        &self,
        rest: Option<&'r [u8]>,
        taken: usize,
        more: &[&'r [u8]],
    ) -> Result<(), Fault<'r>> {
        let (longest, most) = match self {
            Self::Any { .. } => (LONGEST_NAME, MOST_ANY),
            Self::Listed { list, longest } => (*longest, list.len().saturating_add(MOST_REPEATS)),
        };
        let (mut ows, mut empty, mut names) = (MOST_OWS, MOST_EMPTY, most.saturating_sub(taken));
        let (mut turn, mut last) = (0, &b""[..]);
        for line in rest.into_iter().chain(more.iter().copied()) {
            let mut rest = line;
            loop {
                while let Some(after) = strip_again(last, rest) {
                    names = names.checked_sub(1).ok_or(OVER_BUDGET)?;
                    rest = after;
                }
                rest = skip_ows(rest, &mut ows).ok_or(OVER_BUDGET)?;
                if matches!(rest.first(), None | Some(b',')) {
                    empty = empty.checked_sub(1).ok_or(OVER_BUDGET)?;
                } else {
                    names = names.checked_sub(1).ok_or(OVER_BUDGET)?;
                    let element = rest;
                    let (after, is_allowed) = match self.pass_over_listed(&mut turn, element) {
                        Some(after) => (after, true),
                        None => self.pass_over_name(element, longest)?,
                    };
                    let length = element.len().saturating_sub(after.len());
                    rest = skip_ows(after, &mut ows).ok_or(OVER_BUDGET)?;
                    if !matches!(rest.first(), None | Some(b',')) {
                        return Err(malformed(element, rest));
                    }
                    if !is_allowed {
                        let rejection = Rejection::HeaderNotAllowed;
                        return Err(Fault { rejection, element, length: Some(length) });
                    }
                    last = element.get(..=length).unwrap_or_default();
                }
                match rest.split_first() {
                    None => break,
                    Some((_, after)) => rest = after,
                }
            }
        }
        Ok(())
    }

    /// Passes over a name that is listed, in whatever case it is written, if few are: the last one
    /// once more, or one after it, or one before it, whichever comes first.
    #[inline]
    fn pass_over_listed<'r>(&self, turn: &mut usize, text: &'r [u8]) -> Option<&'r [u8]> {
        let Self::Listed { list, .. } = self else { return None };
        let keys = list.keys();
        let (before, after) = keys.split_at_checked(*turn).filter(|_| keys.len() <= LINEAR)?;
        let (rest, at) = after
            .iter()
            .zip(*turn..)
            .chain(before.iter().zip(0..))
            .filter(|(key, _)| key.may_begin_in_any_case(text))
            .find_map(|(key, at)| Some((begins_in_any_case(list, *key, text)?, at)))?;
        *turn = at;
        Some(rest)
    }

    /// Passes over a name of any kind, and says whether it is allowed.
    #[inline(never)]
    fn pass_over_name<'r>(
        &self,
        element: &'r [u8],
        longest: usize,
    ) -> Result<(&'r [u8], bool), Fault<'r>> {
        let name = self.read_name(element, longest)?;
        Ok((element.get(name.len()..).unwrap_or_default(), self.allows(name)))
    }

    /// The name at the start of `element`, of which no more is read than a name can be long.
    fn read_name<'r>(&self, element: &'r [u8], longest: usize) -> Result<&'r [u8], Fault<'r>> {
        let window = element.get(..longest.saturating_add(1)).unwrap_or(element);
        let length = window.iter().take_while(|&&byte| is_tchar(byte)).count();
        let (name, rest) = element.split_at_checked(length).unwrap_or((element, &[]));
        if length > longest {
            return Err(match self {
                Self::Any { .. } => OVER_BUDGET,
                Self::Listed { .. } => {
                    Fault { rejection: Rejection::HeaderNotAllowed, element, length: None }
                }
            });
        }
        match rest.first() {
            None | Some(b',' | b' ' | b'\t') => Ok(name),
            Some(_) => Err(malformed(element, rest)),
        }
    }

    /// Whether the policy allows a name, in whatever case it is written, that
    /// [`pass_over_listed`](Self::pass_over_listed) did not pass over.
    fn allows(&self, name: &[u8]) -> bool {
        match self {
            Self::Any { authorization, .. } if name.eq_ignore_ascii_case(AUTHORIZATION) => {
                *authorization
            }
            // Given back beside credentials, a header of this name would lie in a preflight cache
            // as if it were the wildcard.
            Self::Any { credentials, .. } => !(*credentials && name == b"*"),
            // Where few are listed, it has been compared with each.
            Self::Listed { list, .. } => list.len() > LINEAR && finds(list, name),
        }
    }
}

/// Walks the names that `line` begins with as a browser would write it: in the order of `list`, in
/// lower case, each once, divided by single commas. What is left, if that is not all of it, and how
/// many names were walked.
#[inline]
fn walk<'r>(list: &List, line: &'r [u8]) -> (Option<&'r [u8]>, usize) {
    let mut rest = line;
    let mut taken = 0_usize;
    for key in list.keys() {
        match begins(list, *key, rest) {
            None => {}
            Some(After::End) => return (None, taken.saturating_add(1)),
            Some(After::Comma(after)) => {
                rest = after;
                taken = taken.saturating_add(1);
            }
        }
    }
    (Some(rest), taken)
}

/// What comes after a name.
enum After<'r> {
    /// Nothing.
    End,
    /// A comma, and this.
    Comma(&'r [u8]),
}

/// Passes over the last name once more, if `text` begins with it and a comma.
#[inline]
fn strip_again<'r>(last: &[u8], text: &'r [u8]) -> Option<&'r [u8]> {
    let (again, after) = text.split_at_checked(last.len())?;
    (matches!(last, [.., b',']) && is_same(again, last)).then_some(after)
}

/// Passes over the name of a key, as it is listed, if `text` begins with it, and ends there or goes
/// on with a comma.
#[inline]
fn begins<'r>(list: &List, key: Key, text: &'r [u8]) -> Option<After<'r>> {
    if !key.may_begin(text) {
        return None;
    }
    let (name, rest) = text.split_at_checked(key.length())?;
    match rest.split_first() {
        None if list.is(key, name) => Some(After::End),
        Some((b',', after)) if list.is(key, name) => Some(After::Comma(after)),
        _ => None,
    }
}

/// Passes over the name of a key, in whatever case it is written, if `text` begins with it, and
/// ends there or goes on with what may follow a name.
#[inline(never)]
fn begins_in_any_case<'r>(list: &List, key: Key, text: &'r [u8]) -> Option<&'r [u8]> {
    let (name, rest) = text.split_at_checked(key.length())?;
    let ends = matches!(rest.first(), None | Some(b',' | b' ' | b'\t'));
    (ends && is_same_in_any_case(list.name(key)?, name)).then_some(rest)
}

/// How many names are compared in turn before a search is worth it.
const LINEAR: usize = 16;

/// Whether `name`, in whatever case, is in the sorted list.
fn finds(list: &List, name: &[u8]) -> bool {
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
#[inline]
fn skip_ows<'r>(rest: &'r [u8], budget: &mut usize) -> Option<&'r [u8]> {
    if !rest.first().is_some_and(|&byte| is_ows(byte)) {
        return Some(rest);
    }
    // One byte more than there may be says that there are too many.
    let window = rest.get(..budget.saturating_add(1)).unwrap_or(rest);
    let length = window.iter().position(|&byte| !is_ows(byte)).unwrap_or(window.len());
    *budget = budget.checked_sub(length)?;
    rest.get(length..)
}

/// An element that is no name: its bytes up to and with the one at fault, where `rest` begins.
fn malformed<'r>(element: &'r [u8], rest: &[u8]) -> Fault<'r> {
    let upto = element.len().saturating_sub(rest.len()).saturating_add(1);
    Fault { rejection: Rejection::HeadersMalformed, element, length: Some(upto) }
}

pub(crate) fn show(bytes: &[u8]) -> &[u8] {
    bytes.get(..MOST_SHOWN).unwrap_or(bytes)
}
