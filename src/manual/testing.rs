//! Tests for your own server.
//!
//! # In a unit test: the policy
//!
//! A policy is a value, and a decision is one. Test the sentences that you would say of it:
//!
//! ```
//! # #[cfg(feature = "psl")] {
//! use corsac::{Policy, Rejection, Verdict};
//!
//! fn policy() -> Policy {
//!     Policy::builder()
//!         .allow_origins(["https://app.example.com", "https://pr-*-shop.example.net"])
//!         .allow_methods(["PUT"])
//!         .build()
//!         .expect("a policy")
//! }
//!
//! assert_eq!(policy().check_origin(b"https://pr-17-shop.example.net"), Verdict::Allow);
//! assert_eq!(
//!     policy().check_origin(b"https://pr-17.evil-shop.example.net"),
//!     Verdict::Deny(Rejection::OriginNotAllowed),
//! );
//! # }
//! ```
//!
//! `corsac lint policy.toml` says everything that is wrong with a document, warnings too, and fails
//! if there is an error: a step for continuous integration.
//!
//! # In an integration test: what a browser makes of it
//!
//! A test that looks for `Access-Control-Allow-Origin: *` tests that somebody typed it. What
//! matters is whether script gets the response. [`judge`](crate::fetch::judge) takes what the page
//! asked for and what the server answered, and runs the standard's algorithms:
//!
//! ```
//! # #[cfg(feature = "fetch")] {
//! use corsac::fetch::{Browser, Credentials, Fetch, Outcome, Response, judge};
//!
//! /// Your server: here, one that forgets the credentials.
//! fn server(method: &[u8]) -> Response {
//!     let response = Response::new(if method == b"OPTIONS" { 204 } else { 200 });
//!     response
//!         .header("Access-Control-Allow-Origin", "https://app.example.com")
//!         .header("Access-Control-Allow-Methods", "PUT")
//! }
//!
//! let mut fetch = Fetch::new("https://api.example.com/things/1", "https://app.example.com").unwrap();
//! fetch.set_method("PUT");
//! fetch.set_credentials(Credentials::Include);
//! let mut responses = Vec::new();
//! let failure = loop {
//!     match judge(&fetch, &responses, Browser::Fetch) {
//!         // The last of `sent` is the one to answer.
//!         judgement if matches!(judgement.outcome, Outcome::NeedsResponse) => {
//!             let request = judgement.sent.last().expect("something is sent");
//!             responses.push(server(&request.method));
//!         }
//!         judgement => match judgement.outcome {
//!             Outcome::Block(failure) => break failure,
//!             _ => panic!("it works after all"),
//!         },
//!     }
//! };
//! assert_eq!(failure.code().as_str(), "allow-credentials-not-true");
//! println!("{failure}; {}", failure.fix());
//! # }
//! ```
//!
//! # From another language: the oracle
//!
//! `corsac oracle` answers questions in JSON, one a line: what a policy says to a request
//! (`evaluate`), what a browser makes of a response (`judge`), and both together (`simulate`). The
//! protocol keeps its codes.
//!
//! # Against the suite
//!
//! `corsac test` runs the conformance suite against a server (`--http`) or against an adaptor that
//! speaks the oracle's protocol (`--adaptor`), and names the step of the standard for everything
//! that fails.
//!
//! # By hand
//!
//! ```text
//! curl -i -X OPTIONS http://127.0.0.1:3000/things/1 \
//!   -H 'Origin: https://app.example.com' \
//!   -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: content-type'
//! ```
//!
//! Look at the status (2xx), at `Access-Control-Allow-Origin` (the origin, once), and at `Vary`.
//! Then ask without `Origin`, from another origin, and for something that does not exist: the
//! `Vary` must be there each time, and the grants on the 404 too.
