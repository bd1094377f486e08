#!/bin/sh
# Starts a recipe: recipes/run.sh NAME [POLICY.toml [PORT [UPSTREAM]]]
# The policy is recipes/policies/list.toml and the port 3000 unless given; UPSTREAM is for pingora, and
# without it the hyper recipe is started behind the proxy, on port 3001.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
names="actix-web axum http02 hyper pingora proxy-wasm rocket tonic-web warp"

name=${1:-}
case " $names " in
*" $name "*) ;;
*) name= ;;
esac
if [ -z "$name" ]; then
    printf 'usage: %s NAME [POLICY.toml [PORT [UPSTREAM]]]\nNAME is one of: %s\n' "$0" "$names" >&2
    exit 2
fi

policies=$here/policies
[ "$name" != tonic-web ] || policies=$here/tonic-web/policies
policy=${2:-$policies/list.toml}
port=${3:-3000}
manifest=$here/Cargo.toml

if [ "$name" != pingora ]; then
    exec cargo run --manifest-path "$manifest" -p "$name-recipe" -- "$policy" "$port"
fi

if ! command -v cmake >/dev/null 2>&1; then
    echo "pingora is not built: it compiles zlib-ng with cmake; install cmake (Debian: apt-get install cmake)" >&2
    exit 1
fi
upstream=${4:-}
if [ -z "$upstream" ]; then
    # An upstream whose own CORS is for everybody, so that one sees whose answer it is.
    cargo build --manifest-path "$manifest" -p hyper-recipe
    "${CARGO_TARGET_DIR:-$here/target}/debug/hyper-recipe" "$here/policies/any.toml" 3001 &
    behind=$!
    trap 'kill "$behind" 2>/dev/null' EXIT
    trap 'exit 130' INT TERM
    upstream=127.0.0.1:3001
fi
cargo run --manifest-path "$here/pingora/Cargo.toml" -- "$policy" "$port" "$upstream"
