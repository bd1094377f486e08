#!/bin/sh
# Builds the library and examples/evaluate.c, and runs it:
#   capi/example.sh examples/policy.toml GET 'Origin: https://app.example.com'
set -eu
capi=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$capi/../target}
if ! command -v "${CC:-cc}" >/dev/null 2>&1; then
    echo "there is no C compiler; install one (Debian: apt-get install gcc) or name it in CC" >&2
    exit 2
fi
cargo build --quiet --release --manifest-path "$capi/Cargo.toml"
"${CC:-cc}" -std=c11 -O2 -Wall -I "$capi/include" -o "$target/release/corsac-evaluate" \
    "$capi/examples/evaluate.c" "$target/release/libcorsac_capi.a" -lpthread -ldl -lm
exec "$target/release/corsac-evaluate" "$@"
