//! Several policies in one server.
//!
//! The engine matches no paths. A library that does reads them a second time, and otherwise than
//! the router: `/Admin`, `/a//b`, `/a/%2e%2e/b` have been holes. Choose a policy by what the router
//! has matched.
//!
//! # A layer for each router
//!
//! In axum and its like, a layer goes around a group of routes:
//!
//! ```text
//! let api = Router::new().route("/things", get(list)).layer(CorsLayer::new(app_policy));
//! let files = Router::new().route("/files/{name}", get(file)).layer(CorsLayer::new(public_policy));
//! let server = Router::new().merge(api).merge(files);
//! ```
//!
//! A preflight is an `OPTIONS`: the layer must be around the router, not around the handler of one
//! method (`MethodRouter::route_layer`), or the router answers 405 before the layer is asked.
//! `Router::layer` is also around 404 and 405; `Router::route_layer` is only around what matches.
//!
//! # A function of the request
//!
//! [`CorsLayer::per_request`](crate::tower::CorsLayer::per_request) chooses by anything in the
//! request's head.
//!
//! - By *method*: a preflight stands for a request with another method: look at
//!   [`Request::request_method`](crate::Request::request_method), or at
//!   `Access-Control-Request-Method`.
//! - By *tenant*: if a header tells the tenant, name it with
//!   [`vary_by`](crate::tower::CorsLayer::vary_by). By host it needs no telling.
//! - By *cookie or token*: not possible for preflights, which carry neither.
//!
//! ```
//! use corsac::{Policy, Request};
//!
//! /// The policy of a route, by the method that is asked for.
//! fn choose<'p>(read: &'p Policy, write: &'p Policy, request: &Request<'_>) -> &'p Policy {
//!     let asked = if request.is_preflight() { request.request_method() } else { None };
//!     let method = asked.unwrap_or(request.method());
//!     if matches!(method, b"GET" | b"HEAD") { read } else { write }
//! }
//!
//! let read = Policy::builder().allow_origins(["*"]).build()?;
//! let write = Policy::builder()
//!     .allow_origins(["https://app.example.com"])
//!     .allow_methods(["PUT"])
//!     .build()?;
//! let fields = [("origin", "https://app.example.com"), ("access-control-request-method", "PUT")];
//! let preflight = Request::from_fields("OPTIONS", fields);
//! assert!(choose(&read, &write, &preflight).evaluate(&preflight).is_allowed());
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! # Nobody
//!
//! A route that grants nothing needs no policy. Where a function must return one, this is it:
//!
//! ```
//! use corsac::{Policy, Request};
//!
//! let nobody = Policy::builder().dynamic_origins(true).build()?;
//! let request = Request::from_fields("GET", [("origin", "https://app.example.com")]);
//! assert!(!nobody.evaluate(&request).is_allowed());
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! # Origins in a database
//!
//! The list stays with whoever owns it: [`Policy::evaluate_with`](crate::Policy::evaluate_with),
//! and [`CorsLayer::look_up_origins`](crate::tower::CorsLayer::look_up_origins). Thousands of
//! origins need no database: [`allow_origins`](crate::PolicyConfig::allow_origins) takes them, and
//! a look-up among ten thousand costs hardly more than among ten.
//!
//! # A policy that changes
//!
//! Swap it: [`PolicySource`](crate::tower::PolicySource). A request that is on its way has the one
//! that it came in with; a document that is no policy leaves the last good one in force.
