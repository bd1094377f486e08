# What every adaptor in JavaScript is started by; sourced, with the adaptor's folder as $here.
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "$here: node and npm are needed; install Node 20 or newer" >&2
    exit 3
fi
# npm writes this file last, so that it tells whether what is locked is there.
if ! [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
    npm ci --prefix "$here" --no-audit --no-fund >&2 || {
        echo "$here: npm could not install what package-lock.json names" >&2
        exit 3
    }
    touch "$here/node_modules/.package-lock.json"
fi
exec node "$here/adaptor.js"
