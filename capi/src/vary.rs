//! `corsac_missing_from_vary`: merging into what a response says already.

use crate::boundary::{array, borrow, bytes, guard};
use crate::evaluate::Field;

/// What a response's `Vary` does not say yet, of what a decision's field `vary` names: by number from
/// 0, a field each, to be added to the response beside what is there.
///
/// ```c
/// corsac_field missing;
/// for (size_t i = 0; corsac_missing_from_vary(response, count, &vary, i, &missing); i++) { ... }
/// ```
///
/// Give it the response's fields, of which those that are no `Vary` are passed over. Names are compared
/// in any case, and a `*` says all of them. `false` after the last, and `missing` is then empty; it
/// points into `vary`, with no NUL after the value. Response fields that cannot be read say nothing,
/// so that too much is added and not too little.
///
/// # Safety
/// `response` points to `field_count` fields, or is anything if that is zero; `vary` is `NULL` or
/// points to a field; the names and values of all of them point to as many bytes as they say, or are
/// `NULL`; `missing` is `NULL` or can be written to, and does not lie among the others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_missing_from_vary(
    response: *const Field,
    field_count: usize,
    vary: *const Field,
    index: usize,
    missing: *mut Field,
) -> bool {
    let find = || {
        // SAFETY: as this function's own promise.
        let response = unsafe { array(response, field_count) }.unwrap_or_default();
        // SAFETY: the same.
        let vary = unsafe { borrow(vary) }.ok()?;
        // SAFETY: the same.
        let names = unsafe { bytes(vary.value, vary.value_len) }.ok()?;
        // SAFETY: the same.
        let there = || response.iter().filter_map(|field| unsafe { value_of_vary(field) });
        let name = corsac::missing_from_vary(there, names).nth(index)?;
        Some(Field { value: name.as_ptr().cast(), value_len: name.len(), ..*vary })
    };
    let found = guard(None, find);
    if !missing.is_null() {
        // SAFETY: it is not null, and so can be written to.
        unsafe { missing.write(found.unwrap_or(Field::EMPTY)) };
    }
    found.is_some()
}

/// The value of a field if it is `Vary`.
///
/// # Safety
/// Its name and its value point to as many bytes as it says, or are `NULL`.
unsafe fn value_of_vary(field: &Field) -> Option<&[u8]> {
    // SAFETY: as this function's own promise.
    let name = unsafe { bytes(field.name, field.name_len) }.ok()?;
    if !name.eq_ignore_ascii_case(b"vary") {
        return None;
    }
    // SAFETY: the same.
    unsafe { bytes(field.value, field.value_len) }.ok()
}
