#!/bin/sh
# corsac itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v cargo >/dev/null 2>&1; then
    echo "$here: cargo is needed; install Rust 1.88 or newer" >&2
    exit 3
fi
exec cargo run -q --release --manifest-path "$here/../../Cargo.toml" --bin corsac -- oracle
