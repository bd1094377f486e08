//! What to know about CORS that no single item of this crate can tell. There is no code in here;
//! the examples are run as tests.
//!
//! - [`attacks`]: how CORS is attacked, and what prevents it here.
//! - [`defaults`]: why each default is what it is.
//! - [`caches`]: `Vary`, shared caches and CDNs, and the browser's own preflight cache.
//! - [`console`]: from a browser's message to its cause.
//! - [`routes`]: several policies in one server.
//! - [`order`]: where CORS goes among authentication, routing, compression and errors.
//! - [`testing`]: tests for your own server.
//! - [`beyond`]: WebSocket, and what else CORS does not cover.
//!
//! # Three sentences to start with
//!
//! The same-origin policy keeps a page from *reading* what another origin answers; CORS is how a
//! server lets it. It does not keep requests from being *sent*: a form can always send a GET or a
//! POST, with cookies. So a CORS policy is never what stands between an attacker and a change of
//! data; it is what stands between an attacker's page and the data in the answer.

pub mod attacks;
pub mod beyond;
pub mod caches;
pub mod console;
pub mod defaults;
pub mod order;
pub mod routes;
pub mod testing;
