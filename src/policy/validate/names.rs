//! What a method and the name of a header have in common.

use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use alloc::string::String;

use crate::policy::forbidden;
use crate::syntax::is_token;

/// What keeps `text` from being a name in a list.
pub(super) fn name_problem(text: &str, longest: usize) -> Option<Cow<'static, str>> {
    if text.is_empty() {
        Some("it is empty".into())
    } else if text.len() > longest {
        Some(format!("it is longer than {longest} bytes").into())
    } else if text.contains('*') {
        // A token, but nobody means it: it would allow the one name that is spelled so.
        Some("a `*` in it is no wildcard; `*` stands alone".into())
    } else if !is_token(text.as_bytes()) {
        Some("it is a token, of letters, digits and !#$%&'+-.^_`|~".into())
    } else {
        None
    }
}

/// The name without what a hand leaves around it.
pub(super) fn repaired(text: &str, longest: usize) -> Option<String> {
    let name = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"'));
    let fits = name_problem(name, longest).is_none()
        && !forbidden::is_forbidden_method(name)
        && forbidden::unfit_request_header(&name.to_ascii_lowercase()).is_none()
        && forbidden::unfit_response_header(&name.to_ascii_lowercase()).is_none();
    fits.then(|| name.to_owned())
}
