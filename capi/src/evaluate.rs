//! `corsac_evaluate`: a request in, a decision out.

use std::ffi::c_char;
use std::ptr;

use corsac::{OriginVerdict, Request};

use crate::boundary::{array, attempt, borrow, borrow_mut, bytes};
use crate::decision::DecisionHandle;
use crate::policy::PolicyHandle;
use crate::status::Status;

/// A field of a request or of a response. A pointer whose length is zero is not followed.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Field {
    /// The name, in whatever case.
    pub name: *const c_char,
    /// The length of the name.
    pub name_len: usize,
    /// The value, as it arrived.
    pub value: *const c_char,
    /// The length of the value.
    pub value_len: usize,
}

impl Field {
    pub(crate) const EMPTY: Self =
        Self { name: ptr::null(), name_len: 0, value: ptr::null(), value_len: 0 };
}

/// Decides about a request and writes the decision into `decision`, in the place of what was there.
///
/// Give it the method and all fields of the request in the order in which they arrived, repeats
/// included; those that CORS does not read are passed over. Nothing of the request is kept. The
/// policy may be shared: any number of threads may evaluate under it at once. The work is bounded by
/// the policy, however large the values.
///
/// If it does not return `CORSAC_STATUS_OK`, nothing has been decided, and so nothing is allowed.
///
/// # Safety
/// `policy` came from this library, and so did `decision`, which nobody else uses meanwhile.
/// `method` points to `method_len` bytes, `fields` to `field_count` fields, and their names and
/// values to as many bytes as they say. Each may be `NULL`: an error, or nothing if the length is
/// zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_evaluate(
    policy: *const PolicyHandle,
    method: *const c_char,
    method_len: usize,
    fields: *const Field,
    field_count: usize,
    decision: *mut DecisionHandle,
) -> Status {
    let request = Incoming { method, method_len, fields, field_count };
    // SAFETY: as this function's own promise.
    unsafe { evaluate(policy, request, None, decision) }
}

/// The same for a request whose origin you have looked up yourself: in a database, over the network,
/// however long that took. The policy decides about everything else.
///
/// `origin_allowed` stands in the place of the policy's `allow_origins`; zero is no. An origin that no
/// browser sends is refused all the same, and so is `null` unless the policy lists it. A policy for
/// such use alone sets `dynamic_origins` and lists none.
///
/// # Safety
/// As for `corsac_evaluate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_evaluate_with(
    policy: *const PolicyHandle,
    method: *const c_char,
    method_len: usize,
    fields: *const Field,
    field_count: usize,
    origin_allowed: i32,
    decision: *mut DecisionHandle,
) -> Status {
    let request = Incoming { method, method_len, fields, field_count };
    let verdict = if origin_allowed == 0 { OriginVerdict::Deny } else { OriginVerdict::Allow };
    // SAFETY: as this function's own promise.
    unsafe { evaluate(policy, request, Some(verdict), decision) }
}

struct Incoming {
    method: *const c_char,
    method_len: usize,
    fields: *const Field,
    field_count: usize,
}

impl Incoming {
    /// # Safety
    /// As for `corsac_evaluate`; all of it outlives `'r`.
    unsafe fn read<'r>(self) -> Result<Request<'r>, Status> {
        // SAFETY: as this function's own promise.
        let mut request = Request::new(unsafe { bytes(self.method, self.method_len) }?);
        // SAFETY: as this function's own promise.
        for field in unsafe { array(self.fields, self.field_count) }? {
            // SAFETY: as this function's own promise.
            let name = unsafe { bytes(field.name, field.name_len) }?;
            // SAFETY: as this function's own promise.
            let value = unsafe { bytes(field.value, field.value_len) }?;
            request.push(name, value);
        }
        Ok(request)
    }
}

/// # Safety
/// As for `corsac_evaluate`.
unsafe fn evaluate(
    policy: *const PolicyHandle,
    request: Incoming,
    verdict: Option<OriginVerdict>,
    decision: *mut DecisionHandle,
) -> Status {
    attempt(|| {
        // SAFETY: as this function's own promise.
        let decision = unsafe { borrow_mut(decision) }?;
        decision.clear();
        // SAFETY: as this function's own promise.
        let policy = unsafe { borrow(policy) }?;
        // SAFETY: as this function's own promise; the request does not outlive this call.
        let request = unsafe { request.read() }?;
        decision.record(&match verdict {
            None => policy.0.evaluate(&request),
            Some(verdict) => policy.0.evaluate_with(&request, verdict),
        });
        Ok(())
    })
}
