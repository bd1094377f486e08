//! Starts a recipe as a person would, speaks HTTP/1.1 to it over a socket, and judges its answers
//! as a browser would ([`corsac::fetch::judge`]).
//!
//! The recipes serve the same small application, so that one [`suite`] holds them all:
//!
//! | request | answer |
//! |---|---|
//! | `GET /things` | 200, `X-Request-Id`, a `Vary: Accept-Encoding` of its own |
//! | `PUT`, `DELETE /things/1` | 200 |
//! | `OPTIONS /things` | 200 and `options`: the application's own, no preflight |
//! | `GET`, `PUT /secret` | 401 without `Authorization: Bearer sesame`, 200 with it |
//! | `GET /moved` | 307 to `/things` |
//! | `GET /fail` | 500 |
//! | `GET /foreign` | 200, with CORS headers of its own, all of them wrong |
//! | anything else | 404 |
//!
//! ```no_run
//! // In tests/live.rs of a recipe:
//! # mod outer { macro_rules! env { ($e:expr) => { "hyper-recipe" } }
//! live::app_tests!(env!("CARGO_BIN_EXE_hyper-recipe"));
//! # }
//! ```

pub mod browser;
pub mod case;
pub mod http;
pub mod server;
pub mod suite;

/// A test for each of the three policies, of a recipe that serves the common application.
#[macro_export]
macro_rules! app_tests {
    ($program:expr) => {
        #[test]
        fn any_origin() {
            $crate::suite::run($program, &$crate::case::ANY);
        }

        #[test]
        fn a_list_with_credentials() {
            $crate::suite::run($program, &$crate::case::LIST);
        }

        #[test]
        fn patterns() {
            $crate::suite::run($program, &$crate::case::PATTERNS);
        }
    };
}

/// Ends a check with a message, unless the condition holds.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(format!($($message)+));
        }
    };
}
