//! Where CORS goes among authentication, routing, compression and errors, and what goes wrong
//! otherwise.
//!
//! The rule: **outside everything that answers by itself**, inside what only watches. A layer
//! outside of this one gives answers without grants, and script sees "Failed to fetch" in place of
//! a 401, 404, 429 or 500.
//!
//! From the outside in:
//!
//! | | layer | if it is on the other side |
//! |---|---|---|
//! | 1 | logs, traces, request identifiers | inside, they do not see preflights that are answered; [`Outcome`](crate::tower::Outcome) tells a log outside what was decided |
//! | 2 | TLS, HTTP, decompression of requests | |
//! | 3 | **CORS** | |
//! | 4 | the layer that turns panics and errors into responses | outside, a 500 has no grants, and every failure looks like a CORS failure |
//! | 5 | timeouts, load shedding, rate limits | outside, a 429 or 504 cannot be read, `Retry-After` included |
//! | 6 | redirects: to `https:`, to a trailing slash | outside, a preflight is redirected, and that is a failure whatever comes after |
//! | 7 | compression of responses | either side: both add to `Vary`, and both keep what is there |
//! | 8 | authentication, CSRF tokens | outside, a preflight, which has no cookie and no token, gets 401; the request is never sent |
//! | 9 | routing | outside, `OPTIONS` is 405, and a 404 has no grants |
//! | 10 | the handler | |
//!
//! # Two layers that do CORS
//!
//! A proxy and an application, or a gateway and a library. Each adds its fields, and two
//! `Access-Control-Allow-Origin` are an error in every browser. Let one decide. A layer of this
//! crate removes the fields of whatever is inside it, so that on a proxy the proxy decides.
//!
//! # Errors that are no responses
//!
//! A tower service can fail without a response; the layer passes that on as it is, since there is
//! nothing to put fields on. So the layer that makes a response of it goes inside. In axum, whose
//! services cannot fail, that is `HandleErrorLayer` around whatever can:
//!
//! ```text
//! ServiceBuilder::new()
//!     .layer(CorsLayer::new(policy))
//!     .layer(HandleErrorLayer::new(|_| async { StatusCode::SERVICE_UNAVAILABLE }))
//!     .timeout(Duration::from_secs(30))
//! ```
//!
//! With the `tower` feature, a panic that is caught inside can be read by script, and a preflight
//! needs no password:
//!
//! ```
//! # #[cfg(feature = "tower")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use corsac::{Policy, tower::CorsLayer};
//! use http::{Request, Response};
//! use tower::{ServiceBuilder, ServiceExt, service_fn};
//!
//! let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
//! let service = ServiceBuilder::new()
//!     .layer(CorsLayer::new(policy))
//!     .map_response(|_| Response::builder().status(401).body(String::new()).expect("a response"))
//!     .service(service_fn(|_: Request<String>| async {
//!         Ok::<_, std::convert::Infallible>(Response::new(String::new()))
//!     }));
//!
//! let preflight = Request::options("/things")
//!     .header("origin", "https://app.example.com")
//!     .header("access-control-request-method", "GET")
//!     .body(String::new())?;
//! assert_eq!(service.clone().oneshot(preflight).await?.status(), 204);
//!
//! let get = Request::get("/things").header("origin", "https://app.example.com").body(String::new())?;
//! let response = service.oneshot(get).await?;
//! assert_eq!(response.status(), 401);
//! // Script sees the 401, and can ask the user to sign in.
//! assert!(response.headers().contains_key("access-control-allow-origin"));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "tower"))]
//! # fn main() {}
//! ```
//!
//! # Go on, or answer 403
//!
//! A refused actual request goes on by default. The browser keeps the answer from the page, and
//! `Origin` is also on POST requests of your own pages, whose origin a policy need not list. Answer
//! 403 ([`forbid_refused`](crate::tower::CorsLayer::forbid_refused)) where the work is dear, or
//! where a request that a page may not read should not be made at all; then list your own origin
//! too. It is no CSRF defence by itself: see [`attacks`](super::attacks).
