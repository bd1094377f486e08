#!/bin/sh
# Runs every fuzz target.
#
#   fuzz/run.sh [SECONDS]        each for so many seconds (60), on inputs that nobody has tried
#   fuzz/run.sh --fixed [RUNS]   each on so many inputs (30000), the same ones every time: for CI
#
# The crate has no unsafe code, so no sanitizer is needed, and a stable compiler will do.
set -eu
cd "$(dirname "$0")/.."
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "fuzz/run.sh: cargo-fuzz is missing; install it with: cargo install cargo-fuzz" >&2
    exit 2
fi
if [ "${1:-}" = --fixed ]; then
    limits="-seed=1 -runs=${2:-30000}"
else
    limits="-max_total_time=${1:-60}"
fi
log=fuzz/target/run.log
cargo fuzz build --sanitizer none
for target in $(cargo fuzz list); do
    # shellcheck disable=SC2086
    if ! cargo fuzz run --sanitizer none "$target" -- \
        $limits -max_len=1024 -len_control=10 -timeout=10 >"$log" 2>&1; then
        # The input's Debug is the command that shows the same again.
        grep -v -E '^#[0-9]+' "$log" | tail -n 60
        echo "fuzz/run.sh: $target found something; its input is in fuzz/artifacts/$target" >&2
        exit 1
    fi
    printf '%-20s %s\n' "$target" "$(grep -E '^Done ' "$log" || tail -n 1 "$log")"
done
