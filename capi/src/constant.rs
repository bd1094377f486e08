//! What is the same for every policy, as C strings that live as long as the library.

use std::ffi::{CStr, c_char};

use corsac::{OWNED_FIELDS, Rejection};

use crate::boundary::{bytes, guard};

/// The version of this interface. It grows when a program that was compiled against an older header
/// would no longer work; additions do not change it.
pub const CORSAC_ABI_VERSION: u32 = 1;

/// The version of the library's interface, to be held against the header's `CORSAC_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn corsac_abi_version() -> u32 {
    CORSAC_ABI_VERSION
}

/// The version of the library, such as `0.1.0`. A static string.
#[unsafe(no_mangle)]
pub extern "C" fn corsac_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// A name or a code with the NUL that C looks for.
type Row = [u8; 48];

/// Made by the compiler, which refuses a text that does not fit.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "only run by rustc")]
const fn row(text: &str) -> Row {
    let (text, mut row) = (text.as_bytes(), [0; size_of::<Row>()]);
    assert!(text.len() < size_of::<Row>());
    let mut at = 0;
    while at < text.len() {
        row[at] = text[at];
        at += 1;
    }
    row
}

#[expect(clippy::indexing_slicing, reason = "only run by rustc")]
static CODES: [Row; Rejection::ALL.len()] = {
    let mut rows = [row(""); Rejection::ALL.len()];
    let mut at = 0;
    while at < Rejection::ALL.len() {
        rows[at] = row(Rejection::ALL[at].code());
        at += 1;
    }
    rows
};

#[expect(clippy::indexing_slicing, reason = "only run by rustc")]
static OWNED: [Row; OWNED_FIELDS.len()] = {
    let mut rows = [row(""); OWNED_FIELDS.len()];
    let mut at = 0;
    while at < OWNED_FIELDS.len() {
        rows[at] = row(OWNED_FIELDS[at]);
        at += 1;
    }
    rows
};

/// A rejection's code as a static C string.
pub(crate) fn code(rejection: Rejection) -> *const c_char {
    let at = Rejection::ALL.iter().position(|one| *one == rejection);
    at.and_then(|at| CODES.get(at)).map_or(c"".as_ptr(), |row| row.as_ptr().cast())
}

/// The names of the response fields that belong to CORS, by number from 0: lower case, static
/// strings; `NULL` after the last. Remove every one from a response before a decision's own fields
/// are put on it, so that nobody else's grant survives beside them.
#[unsafe(no_mangle)]
pub extern "C" fn corsac_owned_field(index: usize) -> *const c_char {
    OWNED.get(index).map_or(std::ptr::null(), |row| row.as_ptr().cast())
}

/// Whether a field's name, in whatever case, is one of those that belong to CORS.
///
/// # Safety
/// `name` points to `name_len` bytes, or is anything if that is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn corsac_is_owned_field(name: *const c_char, name_len: usize) -> bool {
    guard(false, || {
        // SAFETY: as this function's own promise.
        let name = unsafe { bytes(name, name_len) };
        name.is_ok_and(|name| {
            OWNED_FIELDS.iter().any(|owned| name.eq_ignore_ascii_case(owned.as_bytes()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(row: &Row) -> &str {
        CStr::from_bytes_until_nul(row).unwrap().to_str().unwrap()
    }

    #[test]
    fn every_code_and_name_is_the_engines() {
        let codes: Vec<_> = Rejection::ALL.iter().map(|rejection| rejection.code()).collect();
        assert_eq!(CODES.iter().map(text).collect::<Vec<_>>(), codes);
        assert_eq!(OWNED.iter().map(text).collect::<Vec<_>>(), OWNED_FIELDS);
        for rejection in Rejection::ALL {
            let index = CODES.iter().position(|row| row.as_ptr().cast() == code(*rejection));
            assert_eq!(text(&CODES[index.unwrap()]), rejection.code());
        }
    }
}
