#!/bin/sh
# nginx as Debian packages it, which answers the oracle protocol.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=nginx
package=nginx-light
. "$here/../python/live.sh"
