//! `Methods`: the methods that may be asked for.

use super::list::List;
use crate::rejection::Rejection;
use crate::syntax::is_token;

/// The longest method, in bytes: more than any registered one, and a bound on what is read.
pub(crate) const LONGEST_METHOD: usize = 64;

/// Which methods a policy allows besides the
/// [CORS-safelisted ones](https://fetch.spec.whatwg.org/#cors-safelisted-method).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Methods {
    /// `*`.
    Any {
        /// With credentials, a `*` in the answer is the name of a method, not a wildcard.
        credentials: bool,
    },
    /// These.
    Listed(List),
}

impl Methods {
    /// Whether `method` may be used: [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0),
    /// step 7.5, from the server's side. Methods are compared case-sensitively.
    #[inline]
    pub(crate) fn check(&self, method: &[u8]) -> Result<(), Rejection> {
        if matches!(method, b"GET" | b"HEAD" | b"POST") {
            return Ok(());
        }
        if let Self::Listed(list) = self
            && list.contains(method)
        {
            return Ok(());
        }
        if method.len() > LONGEST_METHOD || !is_token(method) {
            return Err(Rejection::MethodMalformed);
        }
        match self {
            // Given back beside credentials, a method of this name would lie in a preflight cache
            // as if it were the wildcard.
            Self::Any { credentials } if !(*credentials && method == b"*") => Ok(()),
            Self::Any { .. } | Self::Listed(_) => Err(Rejection::MethodNotAllowed),
        }
    }
}
