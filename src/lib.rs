//! corsac decides CORS.
//!
//! A [`Policy`] says what a server grants to whom. [`Policy::evaluate`] takes the description of a
//! [`Request`] and returns a [`Decision`]: the exact response fields, or a typed [`Rejection`], as
//! the [CORS protocol](https://fetch.spec.whatwg.org/#http-cors-protocol) of the Fetch standard
//! has it. It is a pure function. It does no I/O, allocates nothing, cannot panic, and does a
//! bounded amount of work whatever the request holds.
//!
//! CORS does not block requests; browsers do not let a page *read* a response, or send a request
//! that a form could not, unless the server says that it may. This crate says it for the server.
//!
//! ```
//! use corsac::{Policy, Request};
//!
//! // Once: whatever is wrong with a policy is named here, all of it, and nothing later.
//! let policy = Policy::builder()
//!     .allow_origins(["https://app.example.com", "http://localhost:*"])
//!     .allow_methods(["PUT", "DELETE"])
//!     .allow_headers(["content-type", "authorization"])
//!     .allow_credentials(true)
//!     .build()?;
//!
//! // For each request: the method, and the fields as they arrived.
//! let fields = [("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "PUT")];
//! let request = Request::from_fields("OPTIONS", fields);
//! let decision = policy.evaluate(&request);
//! if let Some(status) = decision.status() {
//!     println!("a preflight: answer {status} now, without the handler");
//! }
//! for field in decision.fields() {
//!     println!("{}: {}", field.name(), field.value().escape_ascii());
//! }
//! if let Some(rejection) = decision.verdict().rejection() {
//!     println!("refused: {rejection} [{}]", rejection.code());
//! }
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! # The three classes of request
//!
//! | [`Kind`] | it is | what to do |
//! |---|---|---|
//! | [`NotCors`](Kind::NotCors) | without `Origin` | run the handler, put the fields on its response |
//! | [`Actual`](Kind::Actual) | with `Origin` | the same; or answer 403 if it is refused and you choose to |
//! | [`Preflight`](Kind::Preflight) | `OPTIONS` with `Origin` and `Access-Control-Request-Method` | answer now with [`Decision::status`] |
//!
//! An `OPTIONS` that is no preflight is the application's own. A same-origin POST has an `Origin`
//! too, and is an actual request: a server cannot tell, and need not.
//!
//! # The decision loop
//!
//! 1. Build the [`Policy`], once. [`PolicyError`] names everything that is wrong with it.
//! 2. For each request, make a [`Request`] of its method and fields
//!    ([`from_fields`](Request::from_fields), [`from_http`](Request::from_http)).
//! 3. [`evaluate`](Policy::evaluate) it.
//! 4. If the decision has a [`status`](Decision::status), answer with it; otherwise run the
//!    handler.
//! 5. Put the decision's [`fields`](Decision::fields) on the response
//!    ([`apply`](Decision::apply); without the `http` crate, take off the [`OWNED_FIELDS`] and
//!    merge `Vary` with [`missing_from_vary`]): on *every* response, errors and redirects too. A
//!    browser that finds none on a 500 tells the page nothing of the 500.
//! 6. Tell your log the [`Rejection`], if there is one: its [`code`](Rejection::code) is stable,
//!    and what it says is fit to be written.
//!
//! With the feature `tower`, [`CorsLayer`](tower::CorsLayer) is steps 2 to 6.
//!
//! # Where to go on
//!
//! - [`PolicyConfig`]: a policy as a document, and what each field means.
//! - [`OriginPattern`]: `https://*.example.com` and its like.
//! - [`IssueCode`]: everything that can be wrong with a policy; [`Rejection`]: with a request;
//!   [`FailureCode`](fetch::FailureCode): with a response, to a browser.
//! - [`Policy::evaluate_with`]: when origins are in a database; [`Policy::check_origin`]: for
//!   `WebSocket` handshakes and other things that CORS does not cover.
//! - [`tower`]: the layer, for axum, tonic and hyper.
//! - [`fetch`]: what a browser makes of an answer, and why.
//! - [`manual`]: attacks, defaults, caches, a browser's messages, routes, the order of layers,
//!   tests.
//! - In the repository: `COMPARE.md`, for whoever comes from tower-http, actix-cors or `rocket_cors`;
//!   `recipes/`, a server for each framework.
//!
//! # Features
//!
//! | feature | what it adds | what it pulls in |
//! |---|---|---|
//! | `http` (default) | the adapter for the `http` crate | `http`, `smallvec` |
//! | `tower` | [`tower`]: a layer and its service | `http`, `tower-layer`, `tower-service`, `pin-project-lite` |
//! | `arc-swap` | a policy that is swapped while the server runs, without a lock | `tower`, `arc-swap` |
//! | `tracing` | an event for every request that the layer sees refused | `tower`, `tracing` |
//! | `serde` | [`PolicyConfig`] as a document | `serde` |
//! | `schema` | the JSON Schema of that document | `schemars` |
//! | `url` | suggestions for origins that are not written as browsers send them | `url` |
//! | `psl` | tells a wildcard over a public suffix from one over a domain of your own | `psl` |
//! | `fetch` | [`fetch`]: the browser's side of the protocol | `url`, `psl` |
//!
//! Without any, the crate is `no_std` with `alloc` and depends on nothing else.
#![cfg_attr(
    not(all(feature = "fetch", feature = "http", feature = "tower")),
    allow(rustdoc::broken_intra_doc_links, reason = "they are to what is left out")
)]
#![no_std]

extern crate alloc;

mod decision;
mod evaluate;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "http")]
mod http;
pub mod manual;
mod origin;
mod policy;
mod rejection;
mod request;
mod syntax;
#[cfg(feature = "tower")]
pub mod tower;
mod vary;

#[cfg(feature = "http")]
pub use crate::http::ResponseFields;
pub use decision::{Decision, Field, Fields, Kind, OWNED_FIELDS, Offending, Verdict};
pub use evaluate::OriginVerdict;
pub use origin::pattern::{OriginPattern, PatternError, PatternErrorKind};
pub use origin::{Origin, OriginError};
pub use policy::Policy;
pub use policy::builder::PolicyBuilder;
pub use policy::config::PolicyConfig;
pub use policy::interner::PolicyInterner;
pub use policy::issue::{Findings, Issue, IssueCode, IssuePath, IssueValue, PolicyError, Severity};
pub use rejection::Rejection;
pub use request::Request;
pub use vary::missing_from_vary;

/// The README's example compiles and runs.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../README.md")]
struct Readme;
