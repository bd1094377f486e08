//! [`DecisionHandle`]: a decision that C holds, a copy with nothing borrowed.

use std::ffi::c_char;
use std::fmt::Write as _;
use std::ops::Range;
use std::ptr;

use corsac::{Decision, Rejection};

use crate::boundary::{borrow, give, guard, release};
use crate::constant::code;
use crate::evaluate::Field;

/// The class of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    /// Nothing has been decided: the handle is new or `NULL`, or the evaluation failed.
    Undecided = 0,
    /// It has no `Origin`: run the handler, and put the fields on its response.
    NotCors = 1,
    /// It has an `Origin` and is not a preflight: the same; or answer 403 if it is refused and you
    /// choose to.
    Actual = 2,
    /// A preflight: answer now with `corsac_decision_status` and the fields, without the handler.
    Preflight = 3,
}

impl From<corsac::Kind> for Kind {
    fn from(kind: corsac::Kind) -> Self {
        match kind {
            corsac::Kind::NotCors => Self::NotCors,
            corsac::Kind::Actual => Self::Actual,
            corsac::Kind::Preflight => Self::Preflight,
        }
    }
}

/// What a policy says to a request. It copies what it tells, so it needs neither the policy nor the
/// request any more, and its memory is used again by the next evaluation into it.
///
/// One thread at a time may use it: keep one for each worker, or one for each request.
#[derive(Default)]
pub struct DecisionHandle {
    /// Set last, so that half a decision is none.
    outcome: Option<Outcome>,
    /// Everything that is told, each text with a NUL after it.
    text: Vec<u8>,
    message: Range<usize>,
    offending: Range<usize>,
    /// A name and a value each.
    fields: Vec<[Range<usize>; 2]>,
}

struct Outcome {
    kind: Kind,
    rejection: Option<Rejection>,
    /// Zero for what is not a preflight.
    status: u16,
}

impl DecisionHandle {
    /// Forgets what was decided, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.outcome = None;
        self.text.clear();
        self.fields.clear();
        (self.message, self.offending) = (0..0, 0..0);
    }

    /// Writes down a decision, into a handle that is clear.
    pub(crate) fn record(&mut self, decision: &Decision<'_>) {
        let rejection = decision.verdict().rejection();
        if let Some(rejection) = rejection {
            self.offending = match decision.offending() {
                Some(offending) => self.write(offending.as_bytes()),
                None => 0..0,
            };
            let start = self.text.len();
            let mut message = Message(&mut self.text);
            // Writing into a vector does not fail.
            let _ = match decision.offending() {
                Some(offending) => write!(message, "{rejection}: {offending}"),
                None => write!(message, "{rejection}"),
            };
            self.message = self.end(start);
        }
        for field in decision.fields() {
            let field = [self.write(field.name().as_bytes()), self.write(field.value())];
            self.fields.push(field);
        }
        self.outcome = Some(Outcome {
            kind: decision.kind().into(),
            rejection,
            status: decision.status().unwrap_or(0),
        });
    }

    fn write(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        self.end(start)
    }

    /// Ends the text that began there.
    fn end(&mut self, start: usize) -> Range<usize> {
        let end = self.text.len();
        self.text.push(0);
        start..end
    }

    /// Where a text lies, and its length without the NUL.
    fn find(&self, text: &Range<usize>) -> Option<(*const c_char, usize)> {
        let bytes = self.text.get(text.start..=text.end)?;
        Some((bytes.as_ptr().cast(), text.len()))
    }

    fn field(&self, index: usize) -> Option<Field> {
        let [name, value] = self.fields.get(index)?;
        let ((name, name_len), (value, value_len)) = (self.find(name)?, self.find(value)?);
        self.outcome.as_ref().map(|_| Field { name, name_len, value, value_len })
    }
}

struct Message<'a>(&'a mut Vec<u8>);

impl std::fmt::Write for Message<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Reads something off a decision; where there is none, there is nothing to read.
///
/// # Safety
/// The pointer is `NULL`, or came from `corsac_decision_new`, and no evaluation writes to it.
unsafe fn read<T>(
    decision: *const DecisionHandle,
    nothing: T,
    read: impl FnOnce(&DecisionHandle, &Outcome) -> Option<T>,
) -> T {
    // SAFETY: as this function's own promise.
    let Ok(decision) = (unsafe { borrow(decision) }) else { return nothing };
    let read = || decision.outcome.as_ref().and_then(|outcome| read(decision, outcome));
    guard(None, read).unwrap_or(nothing)
}

/// A new decision, about nothing yet. Yours: give it to `corsac_decision_free`. `NULL` after a fault
/// of this library only.
#[unsafe(no_mangle)]
pub extern "C" fn corsac_decision_new() -> *mut DecisionHandle {
    guard(ptr::null_mut(), || give(DecisionHandle::default()))
}

/// Ends a decision, and with it every pointer that was read off it. `NULL` is nothing.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_free(decision: *mut DecisionHandle) {
    // SAFETY: as this function's own promise.
    unsafe { release(decision) };
}

/// The class of the request.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_kind(decision: *const DecisionHandle) -> Kind {
    // SAFETY: as this function's own promise.
    unsafe { read(decision, Kind::Undecided, |_, outcome| Some(outcome.kind)) }
}

/// Whether the policy allows the request, or CORS has no say. `false` where nothing was decided.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_allowed(decision: *const DecisionHandle) -> bool {
    // SAFETY: as this function's own promise.
    unsafe { read(decision, false, |_, outcome| Some(outcome.rejection.is_none())) }
}

/// The status to answer a preflight with now, without the handler. 0: run the handler, and put the
/// fields on its response.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_status(decision: *const DecisionHandle) -> u16 {
    // SAFETY: as this function's own promise.
    unsafe { read(decision, 0, |_, outcome| Some(outcome.status)) }
}

/// Why the request is refused: a stable code such as `origin-not-allowed`, a static string. `NULL`
/// if it is allowed, and where nothing was decided.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_rejection(
    decision: *const DecisionHandle,
) -> *const c_char {
    // SAFETY: as this function's own promise.
    unsafe { read(decision, ptr::null(), |_, outcome| outcome.rejection.map(code)) }
}

/// Why the request is refused: a sentence for a log, with the bytes at fault escaped so that no
/// terminal obeys them. `NULL` if it is allowed, and where nothing was decided. The decision's:
/// valid until the next evaluation into it.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_message(decision: *const DecisionHandle) -> *const c_char {
    let find = |decision: &DecisionHandle, outcome: &Outcome| {
        outcome.rejection?;
        decision.find(&decision.message).map(|(message, _)| message)
    };
    // SAFETY: as this function's own promise.
    unsafe { read(decision, ptr::null(), find) }
}

/// The bytes for which the request was refused, at most 128 of them, as they came: hostile, perhaps
/// with a NUL among them, and so not for a log as they are. Returns how many there are, and, unless
/// `bytes` is `NULL`, writes there where they lie; `NULL` if there are none to show. The decision's:
/// valid until the next evaluation into it.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`; `bytes` is `NULL` or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_offending(
    decision: *const DecisionHandle,
    bytes: *mut *const c_char,
) -> usize {
    let find = |decision: &DecisionHandle, _: &Outcome| {
        decision.find(&decision.offending).filter(|(_, length)| *length > 0)
    };
    // SAFETY: as this function's own promise.
    let (found, length) = unsafe { read(decision, (ptr::null(), 0), find) };
    if !bytes.is_null() {
        // SAFETY: it is not null, and so can be written to.
        unsafe { bytes.write(found) };
    }
    length
}

/// The fields to put on the response, by number from 0, always in the same order:
///
/// ```c
/// corsac_field field;
/// for (size_t i = 0; corsac_decision_field(decision, i, &field); i++) { ... }
/// ```
///
/// `false` after the last, and `field` is then empty. Names are in lower case, values are printable
/// ASCII, and each has a NUL after it which its length does not count. Merge the field `vary` with
/// what the response says there already (`corsac_missing_from_vary`), and set every other. The
/// decision's: valid until the next evaluation into it.
///
/// # Safety
/// `decision` is `NULL` or came from `corsac_decision_new`; `field` is `NULL` or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_decision_field(
    decision: *const DecisionHandle,
    index: usize,
    field: *mut Field,
) -> bool {
    // SAFETY: as this function's own promise.
    let found = unsafe { read(decision, None, |decision, _| Some(decision.field(index))) };
    if !field.is_null() {
        // SAFETY: it is not null, and so can be written to.
        unsafe { field.write(found.unwrap_or(Field::EMPTY)) };
    }
    found.is_some()
}
