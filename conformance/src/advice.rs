//! What to do about a rejection.

use corsac::{Decision, Rejection};

/// Why the request was refused and what would let it through, for the author of the policy.
#[must_use]
pub fn advice(decision: &Decision<'_>) -> Option<String> {
    let rejection = decision.verdict().rejection()?;
    let value = decision.offending().map(|value| value.to_string()).unwrap_or_default();
    Some(match rejection {
        Rejection::OriginMultiple => {
            "a browser sends one Origin; look for a proxy that adds another".to_owned()
        }
        Rejection::OriginMalformed => format!(
            "no browser sends \"{value}\"; an origin is scheme://host, with :port unless it is the \
             scheme's default, in lower case and without a path"
        ),
        Rejection::OriginNull => {
            "the page is sandboxed, a local file, or was redirected across origins; serve it from \
             an origin of its own (any site can send null)"
                .to_owned()
        }
        Rejection::OriginNotAllowed => {
            format!("if this page may read, add \"{value}\" to allow_origins")
        }
        Rejection::MethodMalformed => {
            "Access-Control-Request-Method holds one method; this request comes from no browser"
                .to_owned()
        }
        Rejection::MethodNotAllowed => {
            format!("if pages may use it, add \"{value}\" to allow_methods; its case counts")
        }
        Rejection::HeadersMalformed => format!(
            "Access-Control-Request-Headers holds header names and commas; at \"{value}\" there is \
             something else"
        ),
        Rejection::HeadersOverBudget => {
            "it asks for more names, lines, empty elements or whitespace than the policy could \
             allow; no browser does that"
                .to_owned()
        }
        Rejection::HeaderNotAllowed => {
            format!("if pages may set it, add \"{value}\" to allow_headers")
        }
        Rejection::PrivateNetworkNotAllowed => {
            "if public pages may reach this server, set allow_private_network".to_owned()
        }
        _ => return None,
    })
}
