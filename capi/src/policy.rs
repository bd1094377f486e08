//! [`PolicyHandle`]: a policy that C holds.

use std::ffi::c_char;
use std::ptr;

use corsac::{Policy, Verdict};

use crate::boundary::{attempt, borrow, bytes, give, guard, release};
use crate::constant::code;
use crate::document::{Checked, Format};
use crate::findings::FindingsHandle;
use crate::status::Status;

/// What a server grants to whom, compiled and immutable. Any number of threads may use one handle at
/// once, without a lock; only `corsac_policy_free` must come last. To change a policy while a server
/// runs, make another and give it to the requests that come next.
pub struct PolicyHandle(pub(crate) Policy);

/// Makes a policy from a JSON document: an object with the fields that `corsac schema` describes,
/// each of which may be left out but `allow_origins`.
///
/// `*policy` is yours: give it to `corsac_policy_free`. It is `NULL` unless `CORSAC_STATUS_OK` is
/// returned. Unless `findings` is `NULL`, all that there is to say about the document is written
/// there, warnings about a sound one included: yours too, for `corsac_findings_free`. `*findings` is
/// `NULL` only where the arguments are of no use.
///
/// # Safety
/// `text` points to `length` bytes, or is anything if that is zero; `policy` and `findings` are
/// `NULL` or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_policy_from_json(
    text: *const c_char,
    length: usize,
    policy: *mut *mut PolicyHandle,
    findings: *mut *mut FindingsHandle,
) -> Status {
    // SAFETY: as this function's own promise.
    unsafe { make(text, length, Format::Json, policy, findings) }
}

/// The same from a TOML document.
///
/// # Safety
/// As for `corsac_policy_from_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_policy_from_toml(
    text: *const c_char,
    length: usize,
    policy: *mut *mut PolicyHandle,
    findings: *mut *mut FindingsHandle,
) -> Status {
    // SAFETY: as this function's own promise.
    unsafe { make(text, length, Format::Toml, policy, findings) }
}

/// # Safety
/// As for `corsac_policy_from_json`.
unsafe fn make(
    text: *const c_char,
    length: usize,
    format: Format,
    policy_out: *mut *mut PolicyHandle,
    findings_out: *mut *mut FindingsHandle,
) -> Status {
    let (mut policy, mut findings) = (ptr::null_mut(), ptr::null_mut());
    let status = attempt(|| {
        if policy_out.is_null() {
            return Err(Status::Null);
        }
        // SAFETY: as this function's own promise.
        let checked = Checked::read(unsafe { bytes(text, length) }?, format);
        if !findings_out.is_null() {
            findings = give(FindingsHandle::new(&checked));
        }
        policy = give(PolicyHandle(checked.policy.ok_or(Status::Policy)?));
        Ok(())
    });
    if !policy_out.is_null() {
        // SAFETY: it is not null, and so can be written to.
        unsafe { policy_out.write(policy) };
    }
    if !findings_out.is_null() {
        // SAFETY: it is not null, and so can be written to.
        unsafe { findings_out.write(findings) };
    }
    status
}

/// Another handle to the same policy, which costs a counter and no copy. Each handle is freed once,
/// in whatever order. Yours; `NULL` for `NULL`.
///
/// # Safety
/// `policy` is `NULL` or came from this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_policy_clone(policy: *const PolicyHandle) -> *mut PolicyHandle {
    guard(ptr::null_mut(), || {
        // SAFETY: as this function's own promise.
        unsafe { borrow(policy) }
            .map_or(ptr::null_mut(), |policy| give(PolicyHandle(policy.0.clone())))
    })
}

/// Ends a handle. Decisions made under it stay. `NULL` is nothing.
///
/// # Safety
/// `policy` is `NULL` or came from this library; nobody uses this handle meanwhile or again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_policy_free(policy: *mut PolicyHandle) {
    // SAFETY: as this function's own promise.
    unsafe { release(policy) };
}

/// Holds the value of an `Origin` field against the policy, for what CORS does not cover: the
/// handshake of a `WebSocket`, which a page on any origin may begin.
///
/// `true` if it is allowed. Unless `rejection` is `NULL`, the code of the reason is written there, a
/// static string: `NULL` if it is allowed, and also where the arguments are of no use, for which the
/// answer is `false`. A handshake without the field comes from no browser; whether to go on with it
/// is for you to say.
///
/// # Safety
/// `policy` is `NULL` or came from this library; `origin` points to `length` bytes, or is anything if
/// that is zero; `rejection` is `NULL` or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_policy_check_origin(
    policy: *const PolicyHandle,
    origin: *const c_char,
    length: usize,
    rejection: *mut *const c_char,
) -> bool {
    let verdict = guard(Err(Status::Internal), || {
        // SAFETY: as this function's own promise.
        let policy = unsafe { borrow(policy) }?;
        // SAFETY: as this function's own promise.
        Ok(policy.0.check_origin(unsafe { bytes(origin, length) }?))
    });
    if !rejection.is_null() {
        let said = match verdict {
            Ok(Verdict::Deny(reason)) => code(reason),
            Ok(Verdict::Allow) | Err(_) => ptr::null(),
        };
        // SAFETY: it is not null, and so can be written to.
        unsafe { rejection.write(said) };
    }
    verdict == Ok(Verdict::Allow)
}
