//! From a browser's message to its cause.
//!
//! Script never learns why: it gets `Failed to fetch` (Chromium), `NetworkError when attempting to
//! fetch resource.` (Firefox) or `Load failed` (WebKit), for a refused response as for a server
//! that is down. The console says more, each engine in its own words, and not always of the same
//! failure. `…` stands for what differs. The codes are those of
//! [`FailureCode`](crate::fetch::FailureCode), which says more of each.
//!
//! # There is no grant
//!
//! | engine | says |
//! |---|---|
//! | Chromium | No 'Access-Control-Allow-Origin' header is present on the requested resource. |
//! | Firefox | CORS header ‘Access-Control-Allow-Origin’ missing). Status code: … |
//! | WebKit | Origin … is not allowed by Access-Control-Allow-Origin. Status code: … |
//!
//! `allow-origin-missing`. In this order: (1) Look at the status in the network panel. A 404, 502
//! or 500 comes from something outside the CORS layer: a proxy, a router, an error page. See
//! [`order`](super::order). (2) Is the origin in the policy? A refused one gets no fields at all.
//! Look for the rejection in your log, or ask with `corsac evaluate`. (3) Did a redirect come in
//! between? Each hop needs the fields.
//!
//! # It is another origin
//!
//! | engine | says |
//! |---|---|
//! | Chromium | The 'Access-Control-Allow-Origin' header has a value '…' that is not equal to the supplied origin. |
//! | Firefox | CORS header ‘Access-Control-Allow-Origin’ does not match ‘…’ |
//! | WebKit | Origin … is not allowed by Access-Control-Allow-Origin. Status code: … |
//!
//! `allow-origin-mismatch`. A fixed value where there are several origins; a cache without `Vary`
//! (see [`caches`](super::caches)); `localhost` against `127.0.0.1`, or another port; a redirect
//! across origins, after which the browser says `null`.
//!
//! # There are two
//!
//! | engine | says |
//! |---|---|
//! | Chromium | The 'Access-Control-Allow-Origin' header contains multiple values '…', but only one is allowed. |
//! | Firefox | Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed |
//! | WebKit | Access-Control-Allow-Origin cannot contain more than one origin. |
//!
//! `allow-origin-multiple`. A proxy adds one to the application's, or somebody wrote a list. One
//! place decides.
//!
//! # A wildcard with credentials
//!
//! | engine | says |
//! |---|---|
//! | Chromium | … must not be the wildcard '*' when the request's credentials mode is 'include'. |
//! | Firefox | Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’ |
//! | WebKit | Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true. |
//!
//! `allow-origin-wildcard-with-credentials`. List the origins and set `allow_credentials`; or leave
//! `credentials: 'include'` out, which a token in a header does not need.
//!
//! # Credentials are not allowed
//!
//! | engine | says |
//! |---|---|
//! | Chromium | The value of the 'Access-Control-Allow-Credentials' header in the response is '…' which must be 'true' … |
//! | Firefox | expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’ |
//! | WebKit | Credentials flag is true, but Access-Control-Allow-Credentials is not "true". |
//!
//! `allow-credentials-not-true`. Set `allow_credentials`, on the preflight's answer *and* on the
//! response. One policy does both.
//!
//! # The preflight fails
//!
//! | engine | says |
//! |---|---|
//! | Chromium | Response to preflight request doesn't pass access control check: It does not have HTTP ok status. |
//! | Firefox | CORS preflight response did not succeed). Status code: … |
//! | WebKit | Preflight response is not successful. Status code: … |
//!
//! `preflight-status-not-ok`. `OPTIONS` is answered 401 by authentication, 404 or 405 by a router,
//! 403 by a firewall or by a refusing policy. A 404 without fields is "no grant" to Chromium and
//! Firefox, which look at those first.
//!
//! | engine | says |
//! |---|---|
//! | Chromium | Redirect is not allowed for a preflight request. |
//! | Firefox | CORS request external redirect not allowed |
//! | WebKit | Preflight response is not successful. Status code: 301 |
//!
//! `preflight-redirect`. To `https:`, to a trailing slash, to a login. Ask for the final URL.
//!
//! # A method or a header
//!
//! | engine | says |
//! |---|---|
//! | Chromium | Method … is not allowed by Access-Control-Allow-Methods in preflight response. |
//! | Firefox | Did not find method in CORS header ‘Access-Control-Allow-Methods’ |
//! | WebKit | Method … is not allowed by Access-Control-Allow-Methods. |
//! | Chromium | Request header field … is not allowed by Access-Control-Allow-Headers in preflight response. |
//! | Firefox | header ‘…’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response |
//! | WebKit | Request header field … is not allowed by Access-Control-Allow-Headers. |
//!
//! `method-not-allowed`, `header-not-allowed`. Add it to `allow_methods` or `allow_headers`; a
//! method's case counts (`patch` is not `PATCH`). A refused preflight has no fields, so that with
//! the default policy the console says "no grant" instead;
//! [`diagnostics`](crate::PolicyConfig::diagnostics) lets it name the method or header, for allowed
//! origins.
//!
//! # Not CORS
//!
//! | engine | says | it is |
//! |---|---|---|
//! | Chromium | Permission was denied for this request to access the `…` address space. | a permission that the user was asked for; no header helps |
//! | Firefox | CORS request did not succeed). Status code: (null). | no answer at all: the network, TLS, or an extension |
//! | WebKit | … due to access control checks. | without a reason before it: the page was left while it waited |
//! | all | mixed content | a page of `https:` asks for `http:` |
//!
//! # The words, checked
//!
//! What stands above is what [`Failure::console`](crate::fetch::Failure::console) gives, so that a
//! program can tell it:
//!
//! ```
//! # #[cfg(feature = "fetch")] {
//! use corsac::fetch::{Browser, Fetch, Outcome, Response, judge};
//!
//! let fetch = Fetch::new("https://api.example/", "https://app.example").unwrap();
//! for (browser, words) in [
//!     (Browser::Chromium, "No 'Access-Control-Allow-Origin' header is present"),
//!     (Browser::Firefox, "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200."),
//!     (Browser::WebKit, "Origin https://app.example is not allowed by Access-Control-Allow-Origin."),
//! ] {
//!     let Outcome::Block(failure) = judge(&fetch, &[Response::new(200)], browser).outcome else {
//!         panic!("it is refused")
//!     };
//!     assert!(failure.console(browser).is_some_and(|line| line.contains(words)));
//!     assert_eq!(failure.code().as_str(), "allow-origin-missing");
//! }
//! # }
//! ```
//!
//! With a recording (developer tools, "Save all as HAR"), `corsac judge recording.har` does this
//! for every request in it.
