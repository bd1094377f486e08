//! The policy document: both find the same errors, and a policy gives its document back.
#![no_main]

use corsac::PolicyConfig;
use corsac_conformance::model::error_codes;
use corsac_fuzz::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Document| {
    let config = &input.0;
    let findings = config.check();
    let found = findings.errors().iter();
    let found: Vec<_> = found.map(|i| (i.path().to_string(), i.code().as_str())).collect();
    assert_eq!(found, error_codes(config));
    match config.build() {
        Ok(policy) => {
            assert!(found.is_empty());
            assert_eq!(policy.config().build().expect("its own document compiles"), policy);
        }
        Err(error) => assert_eq!(error.errors().len(), found.len()),
    }
    let json = serde_json::to_string(config).expect("a document is JSON");
    assert_eq!(serde_json::from_str::<PolicyConfig>(&json).expect("and reads back"), *config);
});
