//! What stands between Rust and C: no panic goes out, and no pointer comes in unlooked at.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use crate::status::Status;

/// Does the work of a function that C calls; gives `otherwise` back should it panic.
///
/// Whoever shares state with `work` must leave it sound: a decision is only taken for one once it is
/// whole, and everything else is immutable.
pub(crate) fn guard<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

/// The same, for functions that answer with a [`Status`].
pub(crate) fn attempt(work: impl FnOnce() -> Result<(), Status>) -> Status {
    match guard(Err(Status::Internal), work) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

/// What a pointer points to.
///
/// # Safety
/// It is `NULL`, or points to a `T` that outlives `'a` and is not changed meanwhile.
pub(crate) unsafe fn borrow<'a, T>(pointer: *const T) -> Result<&'a T, Status> {
    // SAFETY: the caller's promise is the one asked for here.
    unsafe { pointer.as_ref() }.ok_or(Status::Null)
}

/// What a pointer points to, to be changed.
///
/// # Safety
/// It is `NULL`, or points to a `T` that outlives `'a` and that nobody else uses meanwhile.
pub(crate) unsafe fn borrow_mut<'a, T>(pointer: *mut T) -> Result<&'a mut T, Status> {
    // SAFETY: the caller's promise is the one asked for here.
    unsafe { pointer.as_mut() }.ok_or(Status::Null)
}

/// So many values. `NULL` is as good as anything for none.
///
/// # Safety
/// Unless `length` is zero, the pointer is `NULL` or points to that many values, which outlive `'a`
/// and are not changed meanwhile.
pub(crate) unsafe fn array<'a, T>(pointer: *const T, length: usize) -> Result<&'a [T], Status> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(Status::Null);
    }
    let size = length.checked_mul(size_of::<T>()).ok_or(Status::Length)?;
    if isize::try_from(size).is_err() {
        return Err(Status::Length);
    }
    // SAFETY: it is not null, all of it is no larger than an object can be, and the rest is the
    // caller's promise.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// So many bytes.
///
/// # Safety
/// As for [`array`].
pub(crate) unsafe fn bytes<'a>(pointer: *const c_char, length: usize) -> Result<&'a [u8], Status> {
    // SAFETY: a `char` of C is a byte, and the rest is the caller's promise.
    unsafe { array(pointer.cast::<u8>(), length) }
}

/// Gives a value to C, which gives it back to [`release`].
pub(crate) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes back what [`give`] gave, and drops it. `NULL` is nothing.
///
/// # Safety
/// The pointer is `NULL` or came from [`give`], and is not used again.
pub(crate) unsafe fn release<T>(pointer: *mut T) {
    if pointer.is_null() {
        return;
    }
    // SAFETY: by the caller's promise it came from a `Box`, and is taken back once.
    let value = unsafe { Box::from_raw(pointer) };
    guard((), || drop(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(attempt(|| panic!("as a fault would")), Status::Internal);
        assert_eq!(guard(7, || panic!("as a fault would")), 7);
    }

    #[test]
    fn no_value_is_larger_than_an_object() {
        let byte = 7_u8;
        for length in [usize::MAX, isize::MAX as usize + 1] {
            // SAFETY: the length is refused before the pointer is followed.
            assert_eq!(unsafe { array(&raw const byte, length) }, Err(Status::Length));
        }
        let word = 7_u64;
        for length in [usize::MAX, isize::MAX as usize, isize::MAX as usize / 8 + 1] {
            // SAFETY: the length is refused before the pointer is followed.
            assert_eq!(unsafe { array(&raw const word, length) }, Err(Status::Length));
        }
    }
}
