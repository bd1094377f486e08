//! The core with nothing beneath it: no standard library, no operating system, and for a heap a piece
//! of static memory. It answers 0 if the engine decides as it should; `targets/build.sh` builds it for
//! bare metal and for WebAssembly, and builds and runs it on the machine at hand.
#![no_std]
#![no_main]

extern crate alloc;

mod heap;

use core::panic::PanicInfo;

use corsac::{Policy, Rejection, Request, Verdict};

#[panic_handler]
fn halt(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// 0, or the number of what the engine gets wrong.
#[unsafe(no_mangle)]
pub extern "C" fn decide() -> i32 {
    match try_decide() {
        Ok(()) => 0,
        Err(number) => number,
    }
}

fn try_decide() -> Result<(), i32> {
    let policy = Policy::builder()
        .allow_origins(["https://app.example.com", "http://localhost:*"])
        .allow_methods(["PUT"])
        .build()
        .map_err(|_| 1)?;

    let fields = [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "PUT")];
    let request = Request::from_fields("OPTIONS", fields);
    let decision = policy.evaluate(&request);
    let mut answer = decision.fields().map(|field| (field.name(), field.value()));
    ensure(decision.status() == Some(204), 2)?;
    ensure(
        answer.next() == Some(("access-control-allow-origin", &b"http://localhost:3000"[..])),
        3,
    )?;
    ensure(answer.next() == Some(("access-control-allow-methods", &b"PUT"[..])), 4)?;

    let request = Request::from_fields("GET", [("Origin", "https://app.example.com.evil.net")]);
    let refused = Verdict::Deny(Rejection::OriginNotAllowed);
    ensure(policy.evaluate(&request).verdict() == refused, 5)?;

    // What is wrong with a policy is told here too.
    let unsound = Policy::builder().allow_origins(["https://app.example.com/"]).build();
    ensure(unsound.is_err_and(|error| error.errors().len() == 1), 6)
}

fn ensure(holds: bool, number: i32) -> Result<(), i32> {
    if holds { Ok(()) } else { Err(number) }
}

/// Where a processor begins.
#[cfg(target_os = "none")]
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    // Whoever debugs the board reads it here.
    core::hint::black_box(decide());
    loop {
        core::hint::spin_loop();
    }
}

/// What the C library starts, on a machine that has one: of it, the compiler asks for `memcpy` and its
/// like, which elsewhere it brings along.
#[cfg(not(any(target_os = "none", target_family = "wasm")))]
#[unsafe(no_mangle)]
pub extern "C" fn main() -> i32 {
    decide()
}

#[cfg(not(any(target_os = "none", target_family = "wasm")))]
#[link(name = "c")]
unsafe extern "C" {}
