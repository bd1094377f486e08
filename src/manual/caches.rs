//! `Vary`, shared caches and CDNs, and the browser's own preflight cache.
//!
//! # Why `Vary: Origin` is on every response
//!
//! A response that names an origin is right for that origin alone. A cache that does not know so
//! hands the answer for `https://app.example.com` to `https://admin.example.com`, where it fails,
//! or the answer for a request without `Origin`, which has no grant, to both: "it works until
//! somebody opens the image in a tab". So `Vary: Origin` must be on *every* response under a policy
//! that lists origins: allowed, refused, and without `Origin`.
//!
//! It follows here from the policy and the class of the request, never from the outcome: two
//! requests that agree on everything that `Vary` names get the same fields.
//!
//! | policy | on a response | on a preflight's answer |
//! |---|---|---|
//! | lists origins, or looks them up | `origin` | `origin` and what the preflight asks with |
//! | any origin | nothing | what the preflight asks with |
//!
//! ```
//! use corsac::{Policy, Request};
//!
//! let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
//! for origin in [None, Some("https://app.example.com"), Some("https://evil.example")] {
//!     let request = Request::from_fields("GET", origin.map(|origin| ("origin", origin)));
//!     let decision = policy.evaluate(&request);
//!     let vary = decision.fields().find(|field| field.is_vary()).expect("always");
//!     assert_eq!(vary.value(), b"origin");
//! }
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! An any-origin policy answers everybody in the same words, also requests without `Origin`, so
//! that one cached copy serves all. For public files it is the right one, and the cheapest.
//!
//! # What else the answer depends on
//!
//! If the *policy* is chosen by a header of the request, say `X-Tenant`, the answer varies by that
//! too. The layer is told with [`CorsLayer::vary_by`](crate::tower::CorsLayer::vary_by). The path,
//! the host and the method are in a cache's key anyway.
//!
//! `Vary` is merged: what the handler says stays, and no name is there twice. `Vary: *` says it
//! all, and stays alone.
//!
//! # CDNs
//!
//! - Many ignore `Vary` but for `Accept-Encoding`. Then make `Origin` part of the cache key, and
//!   forward it; or serve what is public under an any-origin policy.
//! - Those that take `Vary: Origin` keep a copy for each origin. A list of ten is ten copies; `*`
//!   is one. An attacker who invents origins makes as many copies as there are: let the CDN reduce
//!   `Origin` to those that you allow.
//! - Preflights are not kept by shared caches (RFC 9110, section 9.3.7). A CDN that answers
//!   `OPTIONS` by itself has a policy of its own: turn it off, or let it be the only one.
//! - An old copy lives on after a policy has changed. Purge what varies.
//! - An object store in front of or behind you adds CORS fields of its own. Two
//!   `Access-Control-Allow-Origin` are as good as none; here the fields of others are removed
//!   ([`OWNED_FIELDS`](crate::OWNED_FIELDS)).
//!
//! # The browser's preflight cache
//!
//! It is another: by page, URL and credentials, within one browser, for `Access-Control-Max-Age`
//! seconds, and it knows nothing of `Vary`. The query is part of the URL, so that `/things?page=1`
//! and `?page=2` are asked for twice. Firefox never finds a wildcard in it, and Chromium asks again
//! for `Authorization` under `*`: lists save requests.
//!
//! A request that needs no preflight saves most: GET and POST with safelisted headers, and
//! `text/plain`, a form or no body.
