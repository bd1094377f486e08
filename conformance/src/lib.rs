//! Everything of corsac that does input and output: reading policies and requests, the oracle,
//! and the `corsac` command; and the reference server that holds the engine to account.

pub mod advice;
pub mod document;
pub mod exchange;
pub mod finding;
pub mod handshake;
pub mod har;
pub mod isomorphic;
pub mod model;
pub mod oracle;
pub mod request_head;
pub mod runner;
pub mod vectors;
