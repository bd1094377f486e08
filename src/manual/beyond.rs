//! `WebSocket`, and what else CORS does not cover.
//!
//! # `WebSocket`
//!
//! The handshake is a GET that any page may make, with the user's cookies, and the browser does not
//! ask whether the page may read. There is no preflight and no CORS check: the *server* must look
//! at `Origin`, or every page on the web talks to it as the user. The same policy says who may:
//!
//! ```
//! use corsac::{Policy, Rejection};
//!
//! /// Whether to answer 101, and if not, why.
//! fn accept(policy: &Policy, origin: Option<&[u8]>) -> Result<(), Option<Rejection>> {
//!     // A browser always sends it. A client that is no browser has no cookies to misuse; let
//!     // it in only if that is meant.
//!     let origin = origin.ok_or(None)?;
//!     match policy.check_origin(origin).rejection() {
//!         None => Ok(()),
//!         rejection => Err(rejection),
//!     }
//! }
//!
//! let policy = Policy::builder()
//!     .allow_origins(["https://app.example.com"])
//!     .allow_credentials(true)
//!     .build()?;
//! assert_eq!(accept(&policy, Some(b"https://app.example.com")), Ok(()));
//! assert_eq!(
//!     accept(&policy, Some(b"https://evil.example")),
//!     Err(Some(Rejection::OriginNotAllowed)),
//! );
//! assert_eq!(accept(&policy, None), Err(None));
//! # Ok::<(), corsac::PolicyError>(())
//! ```
//!
//! Answer a refused handshake 403, *before* the upgrade. An any-origin policy allows every page
//! here too: give the handshake a list. What to list is the page's origin, which is `https:` for a
//! socket that is `wss:`.
//!
//! # What else needs a look at `Origin`
//!
//! | | |
//! |---|---|
//! | forms, `sendBeacon`, `no-cors` requests | sent with cookies, unasked. `SameSite`, tokens, or [`Policy::check_origin`](crate::Policy::check_origin) on what changes something |
//! | server-sent events (`EventSource`) | CORS applies; long-lived: a policy that changes does not end them |
//! | WebTransport | `Origin` is sent, the server decides, as with WebSocket |
//! | gRPC-Web | CORS applies; expose `grpc-status`, `grpc-message` and `grpc-status-details-bin` |
//! | a server on `localhost` | every page that the user visits can ask it. Check `Origin`, and `Host` against DNS rebinding |
//! | images, scripts, styles, fonts | images, styles and classic scripts are loaded without CORS unless `crossorigin` is set, fonts and module scripts always with it; `Cross-Origin-Resource-Policy` keeps others from embedding |
//! | `postMessage`, frames, windows | `frame-ancestors`, `Cross-Origin-Opener-Policy`; look at `event.origin` in script |
//! | cookies | `SameSite=Lax`, Chromium's default, keeps them from cross-site requests whatever CORS says; `SameSite=None; Secure` lets them through; some browsers keep third-party cookies back for good |
//! | the local network | a permission of the browser's; Private Network Access preflights are of the past ([`allow_private_network`](crate::PolicyConfig::allow_private_network)) |
//! | whatever is no browser | asks nobody |
