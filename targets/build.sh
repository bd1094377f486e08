#!/bin/sh
# Builds the core where there is no standard library: for bare metal (thumbv7em-none-eabi) and for
# WebAssembly (wasm32-unknown-unknown), as a library without features and as a whole program with a
# panic handler and a heap of its own; and that program for this machine, where it runs.
#
# The standard libraries of those targets are built from source. Debian's compiler has it
# (apt-get install rustc-web cargo-web rust-web-src): they are installed by name where that is possible.
# Another compiler whose sysroot holds lib/rustlib/src/rust will do too: name it in BARE_RUSTC and its
# cargo in BARE_CARGO.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "${CARGO_TARGET_DIR:-target}/bare"
out=$(cd "${CARGO_TARGET_DIR:-target}/bare" && pwd)
unset CARGO_TARGET_DIR
bare=targets/bare/Cargo.toml

step() { printf '\n-- %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }

step "the program without a standard library, on this machine"
cargo clippy --quiet --manifest-path "$bare" --target-dir "$out" --release -- -D warnings
cargo build --quiet --manifest-path "$bare" --target-dir "$out" --release
"$out/release/corsac-bare"
echo "it decides as it should"
tree=$(cargo tree --quiet --manifest-path "$bare" -e normal --prefix none)
echo "its crates: $(echo "$tree" | awk '{print $1}' | tr '\n' ' ')"
if has nm; then
    # Both manglings of names: _ZN3std…, and _R… with the crate's name in it.
    if nm "$out/release/corsac-bare" | grep -E '(_ZN3std|_R[A-Za-z0-9]*_3std|rust_start_panic)'; then
        echo "these are of std" >&2
        exit 1
    fi
    echo "it holds nothing of std"
fi

# The linker that comes with most compilers of Rust.
lld=$(find "$(rustc --print sysroot)/lib/rustlib" -name rust-lld -path '*/bin/*' | head -n 1)
[ -x "$lld" ] || lld=$(command -v rust-lld || true)

source_of() { printf '%s/lib/rustlib/src/rust/library/core/Cargo.toml' "$("$1" --print sysroot)"; }

rustc=${BARE_RUSTC:-/usr/bin/rustc} cargo=${BARE_CARGO:-/usr/bin/cargo}
usable() { [ -x "$rustc" ] && [ -x "$cargo" ] && [ -f "$(source_of "$rustc")" ]; }
if ! usable && [ -z "${BARE_RUSTC:-}" ] && has apt-get && [ "$(id -u)" = 0 ]; then
    { apt-get update -q && apt-get install -y -q --no-install-recommends \
        rustc-web cargo-web rust-web-src; } >/dev/null 2>&1 || true
fi
if ! usable; then
    echo
    echo "not built for bare metal nor for WebAssembly: $rustc has no source of its standard library"
    echo "(Debian: apt-get install rustc-web cargo-web rust-web-src; or name another in BARE_RUSTC)"
    exit 0
fi
export RUSTC="$rustc"
# -Zbuild-std is not stable; this is what lets a stable compiler take it.
export RUSTC_BOOTSTRAP=1
"$rustc" --version

for target in thumbv7em-none-eabi wasm32-unknown-unknown; do
    step "the core, for $target"
    for features in "" serde; do
        "$cargo" build --quiet -p corsac --no-default-features --features "$features" \
            --target "$target" -Zbuild-std=core,alloc --target-dir "$out"
        echo "built with ${features:-no feature}"
    done
    step "the program, for $target"
    if ! [ -x "$lld" ]; then
        echo "not linked: there is no rust-lld (Debian: apt-get install rust-web-llvm lld-22)"
        continue
    fi
    RUSTFLAGS="-C linker=$lld" "$cargo" build --quiet --manifest-path "$bare" --release \
        --target "$target" -Zbuild-std=core,alloc --target-dir "$out"
    built=$(find "$out/$target/release" -maxdepth 1 -name 'corsac-bare*' ! -name '*.d')
    echo "built: $(wc -c <"$built") bytes"
done

wasm=$out/wasm32-unknown-unknown/release/corsac-bare.wasm
if [ -f "$wasm" ] && has node; then
    step "the program for WebAssembly, in node, with nothing imported"
    node -e '
        const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
        const answer = new WebAssembly.Instance(module, {}).exports.decide();
        console.log(`it imports ${WebAssembly.Module.imports(module).length} functions and answers ${answer}`);
        process.exit(answer);
    ' "$wasm"
fi
