//! The same CORS scenarios through corsac and through other Rust implementations, beside the bare
//! service and a hand-written floor: `cargo bench -p corsac-bench-peers`.
//!
//! A call is what a server does for a request once it is parsed: a request of its own, handed to a
//! service, polled until it answers; the response is dropped. What it takes in all is *gross*; *net*
//! is that without what the same request takes through the same service without CORS. Each is asked
//! through a `dyn` [`Peer`], whose cost is in both.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made is not made")]

pub mod peers;
pub mod scenarios;

use scenarios::{Expected, Scenario};

/// An implementation with a scenario's policy, in front of a service, and the scenario's request.
pub trait Peer {
    /// Asks once; the answer is dropped.
    fn ask(&mut self);

    /// Asks once, for the answer.
    fn answer(&mut self) -> Answer;
}

/// What of an answer is checked.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields, with names in lower case.
    pub fields: Vec<(String, Vec<u8>)>,
}

impl Answer {
    /// Whether the answer grants what was asked for.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.field("access-control-allow-origin").is_some()
    }

    fn field(&self, name: &str) -> Option<&[u8]> {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_slice())
    }

    fn lists(&self, name: &str, member: &str) -> bool {
        let members = self.field(name).unwrap_or_default().split(|&byte| byte == b',');
        members.into_iter().any(|found| found.trim_ascii().eq_ignore_ascii_case(member.as_bytes()))
    }
}

/// Fills the holes in the heap; to be kept while asking.
///
/// The map of a request with thirteen fields is larger than the blocks that glibc caches. Where
/// building ten thousand origins has left holes, allocating it takes another path for each
/// implementation, by some hundred instructions. Once the holes are filled it is the same for all.
#[must_use]
pub fn ballast() -> Vec<Box<[u8]>> {
    const BLOCK: usize = 1200;
    const BLOCKS: usize = 4000;
    (0..BLOCKS).map(|_| vec![0; BLOCK].into_boxed_slice()).collect()
}

/// Asks `count` times. Not inlined, so that callgrind finds it.
#[inline(never)]
pub fn ask_repeatedly(peer: &mut dyn Peer, count: usize) {
    for _ in 0..count {
        peer.ask();
    }
}

/// A measurement of a wrong answer is worth nothing.
///
/// # Errors
///
/// Says what is wrong with the answer.
pub fn check(peer: &mut dyn Peer, scenario: &Scenario, strict: bool) -> Result<(), String> {
    let answer = peer.answer();
    let origin = answer.field("access-control-allow-origin");
    let wrong = match scenario.expected {
        Expected::Allowed(expected) if origin != Some(expected.as_bytes()) => {
            "does not allow the origin"
        }
        Expected::Refused if origin.is_some() => "allows the origin",
        Expected::RefusedHere if strict && origin.is_some() => {
            "allows a list that no browser sends"
        }
        Expected::Allowed(_) if scenario.is_preflight() => {
            let credentials = answer.field("access-control-allow-credentials");
            if !(200..300).contains(&answer.status) {
                "has no ok status"
            } else if !answer.lists("access-control-allow-methods", "PUT") {
                "does not list the method"
            } else if !answer.lists("access-control-allow-headers", "x-header-4") {
                "does not list the headers"
            } else if credentials != Some(b"true") {
                "does not allow credentials"
            } else {
                return Ok(());
            }
        }
        _ => return Ok(()),
    };
    Err(format!("the answer {wrong}: {answer:?}"))
}
