#!/bin/sh
# Builds every recipe and tests it over a socket: recipes/test.sh [NAME...]
# Says plainly what it goes without.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
names=${*:-actix-web axum http02 hyper pingora proxy-wasm rocket tonic-web warp}
missing=

step() { printf '\n== %s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
wanted() { case " $names " in *" $1 "*) true ;; *) false ;; esac; }
lacks() {
    printf 'not done: %s\n' "$*"
    missing="$missing
  $*"
}

# Recipes are many dependencies; nobody looks into them with a debugger.
export CARGO_PROFILE_DEV_DEBUG=${CARGO_PROFILE_DEV_DEBUG:-0}
export CARGO_PROFILE_TEST_DEBUG=${CARGO_PROFILE_TEST_DEBUG:-0}

step "formatting"
(cd "$here" && cargo fmt --all --check)
(cd "$here/pingora" && cargo fmt --check)

packages=
for name in $names; do
    [ "$name" = pingora ] || packages="$packages -p $name-recipe"
done
if [ -n "$packages" ]; then
    # With their names only where some are left out: so features are the same from run to run.
    [ $# -gt 0 ] || packages="--workspace"
    step "clippy"
    # shellcheck disable=SC2086
    cargo clippy --manifest-path "$here/Cargo.toml" $packages --all-targets -- -D warnings
    step "the recipes, over a socket, as browsers see them"
    # shellcheck disable=SC2086
    cargo test --manifest-path "$here/Cargo.toml" $packages
fi

step "the conformance suite, over HTTP"
# Another corsac than the one here may be named in CORSAC.
if [ -z "${CORSAC:-}" ]; then
    cargo build --manifest-path "$here/../Cargo.toml" -p corsac-conformance
    CORSAC=${CARGO_TARGET_DIR:-$here/../target}/debug/corsac
fi
debug=${CARGO_TARGET_DIR:-$here/target}/debug
if "$CORSAC" test --help >/dev/null 2>&1; then
    cargo build --manifest-path "$here/Cargo.toml" -p live
    for name in $names; do
        case $name in
        pingora | tonic-web) continue ;; # one needs an upstream, the other serves no GET
        rocket) known="--known-failing $here/rocket/known-failing.txt" ;;
        *) known= ;;
        esac
        # shellcheck disable=SC2086
        "$CORSAC" test --http-driver "$debug/driver $debug/$name-recipe" $known
    done
else
    lacks "the suite over HTTP: this corsac has no command test"
fi

if wanted pingora; then
    step "pingora"
    if ! has cmake && has apt-get && [ "$(id -u)" = 0 ]; then
        apt-get install -y -q cmake >/dev/null 2>&1 || true
    fi
    if has cmake && has c++; then
        cargo clippy --manifest-path "$here/pingora/Cargo.toml" --all-targets -- -D warnings
        cargo test --manifest-path "$here/pingora/Cargo.toml"
    else
        lacks "pingora: it compiles zlib-ng, which needs cmake and a C++ compiler (Debian: apt-get install cmake g++)"
    fi
fi

if wanted proxy-wasm; then
    step "the proxy-wasm filter as WebAssembly"
    if CORS_FILTER=$("$here/proxy-wasm/build.sh"); then
        export CORS_FILTER
        echo "$CORS_FILTER: $(wc -c <"$CORS_FILTER") bytes"
        # shellcheck disable=SC2086
        cargo test --manifest-path "$here/Cargo.toml" $packages --test live web_assembly -- --ignored
    else
        lacks "the filter as WebAssembly: no compiler here has a standard library for it"
    fi
fi

if [ -n "$missing" ]; then
    printf '\n== what was tested holds; not done:%s\n' "$missing"
else
    step "all of it holds"
fi
