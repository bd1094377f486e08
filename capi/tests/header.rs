//! The header that is checked in is the one that the source makes.

use std::path::Path;

#[test]
fn the_header_is_current() {
    let capi = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(capi.join("cbindgen.toml")).unwrap();
    let bindings = cbindgen::generate_with_config(capi, config).unwrap();
    let mut made = Vec::new();
    bindings.write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let path = capi.join("include/corsac.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "capi/include/corsac.h is not what the source makes; run\n  \
         UPDATE_HEADER=1 cargo test -p corsac-capi --test header"
    );
}
