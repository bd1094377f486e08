#!/bin/sh
# Tests the C interface: the Rust side, then C programs against the static and the shared library, under
# valgrind. Installs gcc and valgrind by name where it may, and says plainly what it goes without.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$(pwd)/target}
out=$target/capi
mkdir -p "$out"

step() { printf '\n-- %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
# need COMMAND PACKAGE: whether there is such a command, now.
need() {
    if ! has "$1" && has apt-get && [ "$(id -u)" = 0 ]; then
        { apt-get update -q && apt-get install -y -q --no-install-recommends "$2"; } >/dev/null 2>&1 || true
    fi
    has "$1"
}

if ! need gcc gcc; then
    echo "not tested: gcc is not installed (Debian: apt-get install gcc libc6-dev)"
    exit 0
fi

step "the library, and the header as its source makes it"
cargo test --quiet -p corsac-capi
cargo build --quiet -p corsac-capi

flags="-std=c11 -D_POSIX_C_SOURCE=200809L -g -O1 -Wall -Wextra -Wpedantic -Werror -I capi/include"
static="$target/debug/libcorsac_capi.a -lpthread -ldl -lm"
shared="-L $target/debug -lcorsac_capi -Wl,-rpath,$target/debug -lpthread"

step "C programs, against the static and the shared library"
for test in policy decide threads; do
    gcc $flags -o "$out/$test-static" "capi/tests/c/$test.c" $static
    gcc $flags -o "$out/$test-shared" "capi/tests/c/$test.c" $shared
    "$out/$test-static"
    "$out/$test-shared"
    echo "$test: passed"
done
gcc $flags -o "$out/evaluate" capi/examples/evaluate.c $static
if need g++ g++; then
    g++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -I capi/include -o "$out/header" capi/tests/c/header.cpp $static
    "$out/header"
    echo "the header in C++: passed"
else
    echo "the header in C++: not tested, g++ is not installed (Debian: apt-get install g++)"
fi

step "nothing is exported but what the header declares"
if has nm; then
    nm -D --defined-only "$target/debug/libcorsac_capi.so" | awk '{print $3}' | sort >"$out/exported"
    grep -o 'corsac_[a-z_]*(' capi/include/corsac.h | tr -d '(' | sort -u >"$out/declared"
    diff "$out/declared" "$out/exported"
    wc -l <"$out/declared"
else
    echo "not looked at: nm is not installed (Debian: apt-get install binutils)"
fi

step "installed, and found by pkg-config"
if need pkg-config pkg-config; then
    PROFILE=dev capi/install.sh "$out/installed"
    export PKG_CONFIG_PATH="$out/installed/lib/pkgconfig"
    gcc -std=c11 -o "$out/evaluate-shared" capi/examples/evaluate.c $(pkg-config --cflags --libs corsac) \
        -Wl,-rpath,"$out/installed/lib"
    "$out/evaluate-shared" examples/policy.toml GET 'Origin: https://app.example.com' >/dev/null
    echo "corsac.pc: passed"
else
    echo "not tested: pkg-config is not installed (Debian: apt-get install pkg-config)"
fi

if ! need valgrind valgrind; then
    echo "no look at memory: valgrind is not installed (Debian: apt-get install valgrind)"
    exit 0
fi
memcheck() {
    valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all \
        --errors-for-leak-kinds=all "$@"
}
step "the same under memcheck: no error, and nothing left behind of any kind"
for test in policy decide threads; do
    for kind in static shared; do
        memcheck "$out/$test-$kind"
        echo "$test, $kind: clean"
    done
done
memcheck "$out/evaluate" examples/policy.toml OPTIONS 'Origin: https://app.example.com' \
    'Access-Control-Request-Method: PUT'

step "threads under helgrind: no data race"
valgrind --quiet --error-exitcode=99 --tool=helgrind "$out/threads-static"
echo "threads: clean"
