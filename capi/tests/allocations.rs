//! A decision handle that has been used before takes the next decision without an allocation.

use std::ffi::c_char;
use std::ptr;

use allocation_counter::measure;
use corsac_capi::{
    CORSAC_ABI_VERSION, Field, Status, corsac_abi_version, corsac_decision_allowed,
    corsac_decision_free, corsac_decision_new, corsac_evaluate, corsac_policy_free,
    corsac_policy_from_json,
};

fn field(name: &str, value: &str) -> Field {
    Field {
        name: name.as_ptr().cast::<c_char>(),
        name_len: name.len(),
        value: value.as_ptr().cast::<c_char>(),
        value_len: value.len(),
    }
}

#[test]
fn a_handle_that_is_used_again_allocates_nothing() {
    assert_eq!(corsac_abi_version(), CORSAC_ABI_VERSION);
    let document = r#"{"allow_origins": ["https://app.example.com"], "allow_methods": ["PUT"],
                       "allow_headers": ["*"], "allow_credentials": true}"#;
    let mut policy = ptr::null_mut();
    let (text, length) = (document.as_ptr().cast(), document.len());
    // SAFETY: the text is as long as it says, and the policy can be written to.
    let status = unsafe { corsac_policy_from_json(text, length, &raw mut policy, ptr::null_mut()) };
    assert_eq!(status, Status::Ok);
    let decision = corsac_decision_new();

    let asked = field("access-control-request-headers", "x-one,x-two");
    let requests = [("https://app.example.com", "PUT"), ("https://evil.example", "PUT")].map(
        |(origin, method)| {
            [field("origin", origin), field("access-control-request-method", method), asked]
        },
    );
    let evaluate_all = || {
        for (fields, allowed) in requests.iter().zip([true, false]) {
            let (method, length) = (c"OPTIONS".as_ptr(), 7);
            let (fields, count) = (fields.as_ptr(), fields.len());
            // SAFETY: both handles are good and this thread's, and every length is true.
            let status =
                unsafe { corsac_evaluate(policy, method, length, fields, count, decision) };
            assert_eq!(status, Status::Ok);
            // SAFETY: the handle is good.
            assert_eq!(unsafe { corsac_decision_allowed(decision) }, allowed);
        }
    };
    assert_ne!(measure(evaluate_all).count_total, 0, "a new handle has no memory yet");
    assert_eq!(measure(evaluate_all).count_total, 0);

    // SAFETY: it is not used again.
    unsafe { corsac_decision_free(decision) };
    // SAFETY: it is not used again.
    unsafe { corsac_policy_free(policy) };
}
