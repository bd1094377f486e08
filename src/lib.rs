//! A pure CORS engine.
#![no_std]
extern crate alloc;

#[cfg(feature = "fetch")]
pub mod fetch;
mod policy;

pub use policy::config::PolicyConfig;
