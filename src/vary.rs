//! [`missing_from_vary`]: merging into [`Vary`](https://www.rfc-editor.org/rfc/rfc9110#field.vary).

use crate::syntax::is_ows;

/// The names that a response's `Vary` does not say yet, of those that it should: for responses whose
/// fields are not in a map of the `http` crate, where [`Decision::apply`](crate::Decision::apply)
/// does it.
///
/// `lines` gives the values of `Vary` that are there, each time it is called; `names` is the value of
/// the [field](crate::Field::is_vary) that is to be merged with them. Names are compared in any case;
/// what a `*` says already is everything. It allocates nothing.
///
/// ```
/// use corsac::missing_from_vary;
///
/// let missing = |there: &[&str], names: &str| -> Vec<u8> {
///     let there = || there.iter().map(|line| line.as_bytes());
///     missing_from_vary(there, names.as_bytes()).collect::<Vec<_>>().join(&b", "[..])
/// };
/// assert_eq!(missing(&[], "origin, x-tenant"), b"origin, x-tenant");
/// assert_eq!(missing(&["Accept-Encoding, Origin", "cookie"], "origin, x-tenant"), b"x-tenant");
/// // Nothing is left to add.
/// assert_eq!(missing(&["*"], "origin, x-tenant"), b"");
/// ```
pub fn missing_from_vary<'n, 'l, L>(
    lines: impl Fn() -> L,
    names: &'n [u8],
) -> impl Iterator<Item = &'n [u8]>
where
    L: IntoIterator<Item = &'l [u8]>,
{
    let says = move |name: &[u8]| {
        let mut there = lines().into_iter().flat_map(members);
        there.any(|other| other == b"*" || other.eq_ignore_ascii_case(name))
    };
    members(names).filter(move |name| !says(name))
}

/// The members of a list of names, [RFC 9110, section
/// 5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
pub(crate) fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    line.split(|&byte| byte == b',').map(trim_ows).filter(|name| !name.is_empty())
}

fn trim_ows(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_ows(*first)
    {
        bytes = rest;
    }
    while let [rest @ .., last] = bytes
        && is_ows(*last)
    {
        bytes = rest;
    }
    bytes
}
