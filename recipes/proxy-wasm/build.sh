#!/bin/sh
# Builds the filter as WebAssembly and prints the path of the file.
#
# A toolchain with the target's standard library will do: rustup target add wasm32-unknown-unknown.
# So will a compiler that has the source of it, which is then built too: Debian's, from
# apt-get install rustc-web cargo-web rust-web-src rust-web-llvm. It fails where there is neither.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=wasm32-unknown-unknown
out=${CARGO_TARGET_DIR:-$here/../target}/wasm
build() { "${1:-cargo}" build --release --lib --target "$target" --target-dir "$out" \
    --manifest-path "$here/Cargo.toml" ${2:+"$2"} >&2; }

if [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
    build
else
    if ! [ -f /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] && [ "$(id -u)" = 0 ]; then
        apt-get install -y -q --no-install-recommends \
            rustc-web cargo-web rust-web-src rust-web-llvm >/dev/null 2>&1 || true
    fi
    if ! [ -f /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] || ! [ -x /usr/bin/cargo ]; then
        echo "no compiler has a standard library for $target: rustup target add $target, or on Debian" >&2
        echo "apt-get install rustc-web cargo-web rust-web-src rust-web-llvm" >&2
        exit 1
    fi
    # The linker that comes with most compilers.
    lld=$(find "$(rustc --print sysroot)/lib/rustlib" -name rust-lld -path '*/bin/*' | head -n 1)
    [ -x "$lld" ] || lld=$(command -v rust-lld || command -v wasm-ld)
    # -Zbuild-std is not stable; this is what lets a stable compiler take it.
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$lld"
    build /usr/bin/cargo -Zbuild-std=std,panic_abort
fi
printf '%s\n' "$(cd "$out" && pwd)/$target/release/cors_filter.wasm"
