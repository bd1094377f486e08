//! The browser's side of CORS: what a browser sends, and whether it lets script have the answer.
//!
//! This is the [Fetch standard](https://fetch.spec.whatwg.org/) as far as CORS goes, step by step
//! and under the standard's own names, without any input or output: the caller carries the
//! messages. [`judge`] takes what script asked for and the responses so far, and says what the
//! browser would do: give script the response, refuse it and why, or send one more request. So
//! the same code judges recorded traffic, a live server, and a [`Policy`](crate::Policy).
//!
//! ```
//! use corsac::fetch::{Browser, Credentials, Fetch, Outcome, Response, judge};
//!
//! let mut fetch = Fetch::new("https://api.example/things/1", "https://app.example")?;
//! fetch.set_method("PUT");
//! fetch.set_credentials(Credentials::Include);
//!
//! // Nothing has been answered yet: the preflight is to be sent.
//! let judgement = judge(&fetch, &[], Browser::Fetch);
//! assert!(matches!(judgement.outcome, Outcome::NeedsResponse));
//! assert_eq!(judgement.sent[0].method, b"OPTIONS");
//!
//! // The classic mistake.
//! let preflight = Response::new(204)
//!     .header("Access-Control-Allow-Origin", "*")
//!     .header("Access-Control-Allow-Methods", "PUT");
//! let judgement = judge(&fetch, &[preflight], Browser::Fetch);
//! let Outcome::Block(failure) = judgement.outcome else { panic!() };
//! assert_eq!(failure.code().as_str(), "allow-origin-wildcard-with-credentials");
//! println!("{failure}\n{}", failure.fix());
//! # Ok::<(), corsac::fetch::FetchError>(())
//! ```
//!
//! # Positions
//!
//! Where the standard's text and the engines differ, [`Browser::Fetch`] follows the text and the
//! other profiles follow their engine. Three places in the text are probably not meant:
//!
//! - A literal `*` that a credentialed preflight lists is not a wildcard when it is checked, and
//!   is one when it is found in the cache. The engines do not do so.
//! - A cache entry whose max-age is set anew still counts from when it was stored.
//! - Where a preflight is made only because the *use-CORS-preflight flag* is set and the answer
//!   has no `Access-Control-Allow-Methods`, any method passes. The engines do not do so.
//!
//! What a browser checks besides CORS is not here: mixed content, bad ports, content security
//! policies, integrity, local network permissions, service workers.

use alloc::vec::Vec;

pub use url::Url;

mod arguments;
mod browser;
mod cache;
mod check;
mod console;
mod exchange;
mod failure;
mod header_list;
mod judge;
mod method;
mod mime_type;
mod origin;
mod preflight;
mod range;
mod redirect;
mod request;
mod request_header;
mod response_header;
mod warning;

pub use arguments::{Body, Credentials, Fetch, FetchError, Initiator, Mode, Redirect};
pub use browser::Browser;
pub use cache::PreflightCache;
pub use exchange::{Judgement, Message, MessageKind, Outcome, Response, ResponseType, Shared};
pub use failure::{Failure, FailureCode, Phase};
pub use judge::{judge, judge_with_cache};
pub use method::{is_cors_safelisted_method, is_forbidden_method, normalize_method};
pub use origin::PageOrigin;
pub use request_header::{
    cors_unsafe_request_header_names, is_cors_non_wildcard_request_header_name,
    is_cors_safelisted_request_header, is_forbidden_request_header,
};
pub use response_header::{
    is_cors_safelisted_response_header_name, is_forbidden_response_header_name,
};
pub use warning::{Warning, WarningCode};

/// A header's name and value.
pub type Header = (Vec<u8>, Vec<u8>);
