#!/bin/sh
# Runs every fuzz target for a number of seconds each: 60, or the first argument.
#
# The crate has no unsafe code, so no sanitizer is needed, and a stable compiler will do.
set -eu
cd "$(dirname "$0")/.."
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "fuzz/run.sh: cargo-fuzz is missing; install it with: cargo install cargo-fuzz" >&2
    exit 2
fi
seconds=${1:-60}
log=fuzz/target/run.log
cargo fuzz build --sanitizer none
for target in $(cargo fuzz list); do
    if ! cargo fuzz run --sanitizer none "$target" -- \
        -max_total_time="$seconds" -max_len=1024 -len_control=10 -timeout=10 >"$log" 2>&1; then
        # The input's Debug is the command that shows the same again.
        grep -v -E '^#[0-9]+' "$log" | tail -n 60
        echo "fuzz/run.sh: $target found something; its input is in fuzz/artifacts/$target" >&2
        exit 1
    fi
    printf '%-20s %s\n' "$target" "$(grep -E '^Done ' "$log" || tail -n 1 "$log")"
done
