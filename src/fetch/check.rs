//! The [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check).

use alloc::vec::Vec;

use super::request::Request;
use super::{FailureCode, Header, PageOrigin, header_list};

/// Why a check failed, and the value at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: FailureCode,
    pub(super) value: Option<Vec<u8>>,
}

impl Problem {
    pub(super) fn new(code: FailureCode) -> Self {
        Self { code, value: None }
    }

    pub(super) fn with(code: FailureCode, value: impl Into<Vec<u8>>) -> Self {
        Self { code, value: Some(value.into()) }
    }
}

pub(super) const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
pub(super) const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";

/// Whether a response may be shared with the page.
pub(super) fn cors_check(request: &Request, headers: &[Header]) -> Result<(), Problem> {
    // Steps 1 and 2.
    let Some(origin) = header_list::get(headers, ALLOW_ORIGIN) else {
        return Err(Problem::new(FailureCode::AllowOriginMissing));
    };
    // Step 3.
    if !request.includes() && origin == b"*" {
        return Ok(());
    }
    // Step 4.
    if request.serialized_origin().as_bytes() != origin {
        return Err(name_mismatch(headers, origin));
    }
    // Step 5.
    if !request.includes() {
        return Ok(());
    }
    // Steps 6 to 8.
    match header_list::get(headers, ALLOW_CREDENTIALS) {
        Some(value) if value == b"true" => Ok(()),
        value => Err(Problem { code: FailureCode::AllowCredentialsNotTrue, value }),
    }
}

/// What the standard calls one failure, in finer words.
fn name_mismatch(headers: &[Header], origin: Vec<u8>) -> Problem {
    let is_serialized =
        core::str::from_utf8(&origin).is_ok_and(|text| PageOrigin::parse(text).is_ok());
    let code = if origin == b"*" {
        FailureCode::AllowOriginWildcardWithCredentials
    } else if header_list::count(headers, ALLOW_ORIGIN) > 1 || origin.contains(&b',') {
        FailureCode::AllowOriginMultiple
    } else if is_serialized {
        FailureCode::AllowOriginMismatch
    } else {
        FailureCode::AllowOriginInvalid
    };
    Problem::with(code, origin)
}
