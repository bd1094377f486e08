# What every adaptor in Rust is started by; sourced, with the adaptor's folder as $here.
if ! command -v cargo >/dev/null 2>&1; then
    echo "$here: cargo is needed; install Rust 1.88 or newer" >&2
    exit 3
fi
exec cargo run -q --manifest-path "$here/../rust/Cargo.toml" -p "adaptor-$(basename "$here")"
