//! Everything that is looked for, a row each.

use super::Lints;
use crate::runner::play::Ended;
use crate::runner::subject::NoAnswer;
use crate::vectors::Importance;

/// Something to look for.
pub(super) struct Lint {
    pub(super) slug: &'static str,
    pub(super) description: &'static str,
    pub(super) kind: Importance,
    pub(super) bug: &'static str,
    pub(super) spec: &'static str,
    pub(super) look: fn(&mut Lints, &mut Ended) -> Result<(), NoAnswer>,
}

const CHECK: &str = "https://fetch.spec.whatwg.org/#concept-cors-check";
const CACHES: &str = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches";
const PREFLIGHT: &str = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0";
const RESPONSES: &str = "https://fetch.spec.whatwg.org/#http-responses";

/// Everything that is looked for.
pub(super) const LINTS: [Lint; 11] = [
    Lint {
        slug: "reflects-an-unlisted-origin",
        description: "an origin that nobody lists is not given back in Access-Control-Allow-Origin",
        kind: Importance::Required,
        bug: "origin-reflection",
        spec: CHECK,
        look: Lints::reflection,
    },
    Lint {
        slug: "null-is-allowed",
        description: "the origin null, which any sandboxed page has, is not allowed",
        kind: Importance::Required,
        bug: "null-origin",
        spec: CHECK,
        look: Lints::null,
    },
    Lint {
        slug: "wildcard-with-credentials",
        description: "`*` does not stand beside Access-Control-Allow-Credentials: true",
        kind: Importance::Required,
        bug: "wildcard-with-credentials",
        spec: CHECK,
        look: Lints::wildcard,
    },
    Lint {
        slug: "several-allow-origins",
        description: "there is at most one Access-Control-Allow-Origin, with one value",
        kind: Importance::Required,
        bug: "duplicate-allow-origin",
        spec: CHECK,
        look: Lints::several,
    },
    Lint {
        slug: "credentials-for-a-refused-origin",
        description: "an origin that is refused is not told that credentials are allowed",
        kind: Importance::Recommended,
        bug: "disclosure",
        spec: RESPONSES,
        look: Lints::credentials,
    },
    Lint {
        slug: "differs-by-origin-without-vary",
        description: "answers that differ by origin list Origin in Vary",
        kind: Importance::Required,
        bug: "missing-vary",
        spec: CACHES,
        look: Lints::vary,
    },
    Lint {
        slug: "preflight-is-redirected",
        description: "a preflight is not answered with a redirect, which no browser follows",
        kind: Importance::Required,
        bug: "preflight-misdetection",
        spec: PREFLIGHT,
        look: Lints::preflight_redirect,
    },
    Lint {
        slug: "preflight-grants-without-ok-status",
        description: "a preflight that is granted something has a status from 200 to 299",
        kind: Importance::Required,
        bug: "preflight-misdetection",
        spec: PREFLIGHT,
        look: Lints::preflight_status,
    },
    Lint {
        slug: "lost-on-not-found",
        description: "a 404 bears the same grant as a 200, so that the page can read it",
        kind: Importance::Recommended,
        bug: "over-strict",
        spec: RESPONSES,
        look: |lints, ended| {
            let path = lints.not_found.clone();
            lints.lost(&path, |status| status == 404, "404", "--not-found-path", ended)
        },
    },
    Lint {
        slug: "lost-on-error",
        description: "a server's error bears the same grant as a 200, so that the page can read it",
        kind: Importance::Recommended,
        bug: "over-strict",
        spec: RESPONSES,
        look: |lints, ended| {
            let path = lints.error.clone();
            lints.lost(&path, |status| status >= 500, "500", "--error-path", ended)
        },
    },
    Lint {
        slug: "lost-on-redirect",
        description: "a redirect bears the same grant as a 200: browsers check every hop",
        kind: Importance::Recommended,
        bug: "over-strict",
        spec: CHECK,
        look: |lints, ended| {
            let path = lints.redirect.clone();
            let is_redirect = |status| matches!(status, 301 | 302 | 303 | 307 | 308);
            lints.lost(&path, is_redirect, "a redirect", "--redirect-path", ended)
        },
    },
];
