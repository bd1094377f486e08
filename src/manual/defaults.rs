//! Why each default is what it is.
//!
//! | | default | because |
//! |---|---|---|
//! | `allow_origins` | none; it must be given | a server that says nothing grants nothing, and an empty list is more often a variable that was not set than a wish |
//! | `allow_credentials` | `false` | most interfaces are read with a token in a header, which is not what CORS calls credentials; with cookies, every mistake costs a session |
//! | `allow_methods` | `[]` | GET, HEAD and POST are always allowed by the protocol; saying so again does nothing |
//! | `allow_headers` | `[]` | the safelisted need no leave; `content-type` is listed by whoever takes JSON |
//! | `expose_headers` | `[]` | script reads the safelisted ones |
//! | `max_age` | absent | browsers then keep an answer for five seconds, and a mistake is gone as soon |
//! | `preflight_status` | 204 | there is no body; 200 is for what old proxies do to a 204 |
//! | `allow_private_network` | `false` | the draft has been given up for a permission that the browser asks of the user |
//! | `diagnostics` | `false` | it shows an allowed origin the lists; it never shows a refused one anything |
//! | a refused preflight | 403, without fields | any status that is not ok, or the missing fields, refuses it; 403 is what it is, in a log too |
//! | a refused actual request | goes on | a same-origin POST has an `Origin` too, and the browser keeps the answer from a page that must not have it; see [`order`](super::order) |
//! | names compared | origins and methods byte by byte, header names without case | as the standard does; a configured origin that no browser sends is an error, since it would match nothing |
//!
//! # Lists are sent whole
//!
//! A preflight is answered with the whole of `allow_methods` and `allow_headers`, not with what was
//! asked for, so that the browser's cache serves the next request with another method from the same
//! answer. Where a wildcard does not work, with credentials, what was asked for is given back,
//! after it was found to be names.
//!
//! # `*` does not cover `Authorization`
//!
//! By the standard, `Access-Control-Allow-Headers: *` covers every name but `Authorization`.
//! Browsers let it through, log that they will stop, and do not keep such an answer in their caches
//! well. So `allow_headers(["*"])` refuses it, and `["*", "authorization"]` lists it beside the
//! wildcard.
//!
//! ```
//! use corsac::{Policy, Request};
//!
//! let fields = [
//!     ("origin", "https://app.example.com"),
//!     ("access-control-request-method", "GET"),
//!     ("access-control-request-headers", "authorization,x-trace"),
//! ];
//! let request = Request::from_fields("OPTIONS", fields);
//! let any = Policy::builder().allow_origins(["*"]);
//! assert!(!any.clone().allow_headers(["*"]).build()?.evaluate(&request).is_allowed());
//! let policy = any.allow_headers(["*", "authorization"]).build()?;
//! let decision = policy.evaluate(&request);
//! let value = |name| decision.fields().find(|field| field.name() == name).map(|field| field.value());
//! assert_eq!(value("access-control-allow-headers"), Some(&b"*, authorization"[..]));
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! # How long to keep a preflight
//!
//! `max_age(600)` is what every browser honours. Chromium caps at 7200 seconds, Firefox at 86400,
//! and WebKit at 600. A longer age is a policy that cannot be taken back for as long. `max_age(0)`
//! is not kept at all: for a server whose policy changes by the minute.
