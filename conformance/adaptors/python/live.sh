# What the adaptors for servers are started by; sourced, with the adaptor's folder as $here, the program
# as $program and its Debian package as $package.
PATH="$PATH:/usr/sbin:/usr/local/sbin"
if ! command -v python3 >/dev/null 2>&1; then
    echo "$here: Python 3.11 or newer is needed" >&2
    exit 3
fi
if ! command -v "$program" >/dev/null 2>&1; then
    # Where a policy keeps packages from starting what they install, as in a container.
    if [ "$(id -u)" = 0 ] && [ -x /usr/sbin/policy-rc.d ] && command -v apt-get >/dev/null 2>&1; then
        { apt-get install -y -q --no-install-recommends "$package" ||
            { apt-get update -q && apt-get install -y -q --no-install-recommends "$package"; }; } >&2 || true
    fi
    if ! command -v "$program" >/dev/null 2>&1; then
        echo "$here: $program is needed (on Debian: apt-get install $package)" >&2
        exit 3
    fi
fi
PYTHONPATH="$here/../python" PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/adaptor.py"
