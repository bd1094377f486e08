//! Merging `Vary`, for servers whose headers are not those of `http` 1, where
//! `Decision::apply` does it.

/// What our `Vary` says and the lines that are there do not: what to add, if anything.
///
/// ```
/// let there = [&b"Accept-Encoding, Origin"[..]];
/// let ours = b"origin, access-control-request-method";
/// assert_eq!(kit::missing_from_vary(there, ours).as_deref(), Some("access-control-request-method"));
/// assert_eq!(kit::missing_from_vary([&b"*"[..]], ours), None);
/// ```
pub fn missing_from_vary<'a>(
    there: impl IntoIterator<Item = &'a [u8]>,
    ours: &[u8],
) -> Option<String> {
    let there: Vec<&[u8]> = there.into_iter().flat_map(names).collect();
    if there.contains(&&b"*"[..]) {
        return None;
    }
    let missing: Vec<_> = names(ours)
        .filter(|name| !there.iter().any(|other| other.eq_ignore_ascii_case(name)))
        .map(String::from_utf8_lossy)
        .collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn names(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).filter(|name| !name.is_empty())
}
