#!/bin/sh
# Holds every implementation here to the suite, and writes MATRIX.md.
#
#   matrix.sh [--learn] [--vectors DIR] [NAME...]
#
# --learn writes each known-failing.txt anew from causes.toml first. With names, only those are run, and MATRIX.md
# is left alone. Exits with 0 if each fails exactly what it is known to fail, 1 if not, 3 if one cannot be run.
# Runs and an HTML report are left in .work/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
all="corsac reference-server tower-http actix-cors poem express fastify hono koa h3 django flask starlette nginx apache"

learn=
vectors=
while [ $# -gt 0 ]; do
    case $1 in
    --learn) learn=yes; shift ;;
    --vectors) vectors=$(cd "$2" && pwd); shift 2 ;;
    -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    *) break ;;
    esac
done
names=${*:-$all}

for tool in cargo python3; do
    if ! command -v $tool >/dev/null 2>&1; then
        echo "$tool is needed" >&2
        exit 3
    fi
done
if [ -z "${CORSAC:-}" ]; then
    cargo build -q --release --manifest-path "$root/Cargo.toml" -p corsac-conformance
    CORSAC=${CARGO_TARGET_DIR:-$root/target}/release/corsac
fi

# hold NAME [ARGUMENT...]: runs the suite, and leaves the run in .work/NAME.json.
hold() {
    name=$1
    shift
    "$CORSAC" test --adaptor "$here/$name/run.sh" ${vectors:+--vectors "$vectors"} --json "$@" \
        >"$here/.work/$name.json"
}

mkdir -p "$here/.work"
status=0
done=
for name in $names; do
    # The first start installs and builds, which takes longer than an answer may.
    if ! "$here/$name/run.sh" </dev/null >/dev/null; then
        echo "$name cannot be run" >&2
        status=3
        continue
    fi
    if [ -n "$learn" ]; then
        hold "$name" || true
        python3 "$here/known_failing.py" "$name" "$here/.work/$name.json"
    fi
    if hold "$name" --known-failing "$here/$name/known-failing.txt"; then
        echo "$name: as known" >&2
    else
        result=$?
        echo "$name: not as known ($result); corsac test --adaptor $here/$name/run.sh" \
            "--known-failing $here/$name/known-failing.txt shows how" >&2
        [ $status -ge $result ] || status=$result
    fi
    done="$done $name"
done

if [ $# -eq 0 ] && [ $status -ne 3 ]; then
    python3 "$here/matrix.py" $done >"$here/.work/MATRIX.md"
    mv "$here/.work/MATRIX.md" "$here/MATRIX.md"
    runs=
    for name in $done; do runs="$runs $here/.work/$name.json"; done
    "$CORSAC" report -o "$here/.work/matrix.html" $runs
    echo "$here/MATRIX.md; case by case: $here/.work/matrix.html" >&2
fi
exit $status
