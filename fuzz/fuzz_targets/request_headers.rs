//! The scanner of `Access-Control-Request-Headers` against the naive one.
#![no_main]

use corsac_conformance::model::answer;
use corsac_fuzz::{NamesAsked, as_answer, as_request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: NamesAsked| {
    let policy = input.config.build().expect("the reference server finds no error in it");
    let request = as_request(&input.request);
    assert_eq!(as_answer(&policy.evaluate(&request)), answer(&input.config, &input.request));
});
