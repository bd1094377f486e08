//! The runner: holds an implementation to the suite.

pub mod http;
pub mod process;
