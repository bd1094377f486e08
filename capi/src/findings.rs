//! [`FindingsHandle`]: everything there is to say about a document, as text and as JSON.

use std::ffi::{CString, c_char};
use std::fmt::Write as _;
use std::ptr;

use serde_json::json;

use crate::boundary::{borrow, guard, release};
use crate::document::Checked;

/// All findings about a policy document, the errors before the warnings.
pub struct FindingsHandle {
    errors: usize,
    warnings: usize,
    text: CString,
    json: CString,
}

impl FindingsHandle {
    pub(crate) fn new(checked: &Checked) -> Self {
        let mut text = String::new();
        for (label, findings) in [("error", &checked.errors), ("warning", &checked.warnings)] {
            for finding in findings {
                // Writing into a string does not fail.
                let _ = writeln!(text, "{label}: {finding}");
            }
        }
        let json = json!({"errors": checked.errors, "warnings": checked.warnings}).to_string();
        // What a document holds is escaped in both, so there is no NUL to stop at.
        Self {
            errors: checked.errors.len(),
            warnings: checked.warnings.len(),
            text: CString::new(text).unwrap_or_default(),
            json: CString::new(json).unwrap_or_default(),
        }
    }
}

/// # Safety
/// The pointer is `NULL` or came from this library.
unsafe fn read<T>(
    findings: *const FindingsHandle,
    nothing: T,
    read: impl FnOnce(&FindingsHandle) -> T,
) -> T {
    // SAFETY: as this function's own promise.
    let Ok(findings) = (unsafe { borrow(findings) }) else { return nothing };
    guard(None, || Some(read(findings))).unwrap_or(nothing)
}

/// How many findings keep the policy from being made.
///
/// # Safety
/// `findings` is `NULL` or came from this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_findings_errors(findings: *const FindingsHandle) -> usize {
    // SAFETY: as this function's own promise.
    unsafe { read(findings, 0, |findings| findings.errors) }
}

/// How many findings tell of what is probably not meant, or not needed.
///
/// # Safety
/// `findings` is `NULL` or came from this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_findings_warnings(findings: *const FindingsHandle) -> usize {
    // SAFETY: as this function's own promise.
    unsafe { read(findings, 0, |findings| findings.warnings) }
}

/// A line for each finding, with its place, its value, and what to write instead; a log or a terminal
/// may be given it as it is. UTF-8 with a NUL at its end, empty if there is nothing to say; `NULL` for
/// `NULL`. The findings': valid until they are freed.
///
/// # Safety
/// `findings` is `NULL` or came from this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_findings_text(findings: *const FindingsHandle) -> *const c_char {
    // SAFETY: as this function's own promise.
    unsafe { read(findings, ptr::null(), |findings| findings.text.as_ptr()) }
}

/// The findings for programs, as `corsac lint --json` has them: an object of `errors` and `warnings`,
/// each a list of objects with `code`, `path`, `value`, `message` and `suggestion`. A document that
/// cannot be read at all is one error, `document-invalid`. UTF-8 with a NUL at its end; `NULL` for
/// `NULL`. The findings': valid until they are freed.
///
/// # Safety
/// `findings` is `NULL` or came from this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_findings_json(findings: *const FindingsHandle) -> *const c_char {
    // SAFETY: as this function's own promise.
    unsafe { read(findings, ptr::null(), |findings| findings.json.as_ptr()) }
}

/// Ends findings, and with them their texts. `NULL` is nothing.
///
/// # Safety
/// `findings` is `NULL` or came from this library, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_findings_free(findings: *mut FindingsHandle) {
    // SAFETY: as this function's own promise.
    unsafe { release(findings) };
}
