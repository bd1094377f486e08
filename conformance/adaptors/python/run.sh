# What every adaptor in Python is started by; sourced, with the adaptor's folder as $here.
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    echo "$here: Python 3.11 or newer is needed, with venv (on Debian: apt-get install python3-venv)" >&2
    exit 3
fi
# This file is written last, so that it tells whether what is pinned is there.
if ! [ "$here/.venv/.installed" -nt "$here/requirements.txt" ]; then
    python3 -m venv "$here/.venv" >&2 &&
        "$here/.venv/bin/pip" install -q --disable-pip-version-check --no-deps -r "$here/requirements.txt" >&2 || {
        echo "$here: pip could not install what requirements.txt names" >&2
        exit 3
    }
    touch "$here/.venv/.installed"
fi
PYTHONPATH="$here/../python" PYTHONDONTWRITEBYTECODE=1 exec "$here/.venv/bin/python" "$here/adaptor.py"
