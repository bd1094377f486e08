//! [`Status`]: how a call went.

use std::ffi::{CStr, c_char};

/// How a call went. Zero is well, and every error is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// It did what it says. For an evaluation that means that there is a decision, not that the
    /// request is allowed.
    Ok = 0,
    /// A pointer is `NULL` where there must be something.
    Null = -1,
    /// A length, or a count of fields, is greater than any object: a negative number, perhaps.
    Length = -2,
    /// The document is no policy. The findings say why, all of it.
    Policy = -3,
    /// A fault of this library, which was caught. Please report it.
    Internal = -4,
}

/// A sentence about a status, for a log; for a number that is none, it says so. A static string,
/// never `NULL`.
#[unsafe(no_mangle)]
pub extern "C" fn corsac_status_message(status: i32) -> *const c_char {
    message(status).as_ptr()
}

const fn message(status: i32) -> &'static CStr {
    const OK: i32 = Status::Ok as i32;
    const NULL: i32 = Status::Null as i32;
    const LENGTH: i32 = Status::Length as i32;
    const POLICY: i32 = Status::Policy as i32;
    const INTERNAL: i32 = Status::Internal as i32;
    match status {
        OK => c"the call did what it says",
        NULL => c"a pointer is NULL where there must be something; see corsac.h for which may be",
        LENGTH => c"a length is greater than any object; look for a negative number made unsigned",
        POLICY => c"the document is no policy; corsac_findings_text says why",
        INTERNAL => {
            c"a fault of corsac, which was caught; please report it with the call's arguments"
        }
        _ => c"this is no status of corsac",
    }
}
