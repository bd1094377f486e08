//! What a server grants.

pub(crate) mod config;
