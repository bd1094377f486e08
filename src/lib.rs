//! A pure CORS engine.
#![no_std]
extern crate alloc;
#[cfg(any(test, feature = "http"))]
extern crate std;

#[cfg(feature = "fetch")]
pub mod fetch;
