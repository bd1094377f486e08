//! The parser of serialized origins against crate `url`, against the reference server, and back.
#![no_main]

use corsac::Origin;
use corsac_conformance::model::is_serialized_origin;
use corsac_fuzz::OriginBytes;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: OriginBytes| {
    let ours = Origin::parse(&input.0);
    assert_eq!(ours.is_ok(), is_serialized_origin(&input.0));
    let Ok(ours) = ours else { return };
    assert_eq!(ours.as_bytes(), input.0);
    assert_eq!(Origin::parse(ours.as_bytes()), Ok(ours));
    if let (Some(scheme), Some(host)) = (ours.scheme(), ours.host()) {
        let port = ours.port().map(|port| format!(":{port}")).unwrap_or_default();
        assert_eq!(format!("{scheme}://{host}{port}"), ours.as_str());
    }
    if let Ok(url) = Url::parse(ours.as_str()) {
        let origin = url.origin();
        assert!(!origin.is_tuple() || origin.ascii_serialization() == ours.as_str());
    }
});
