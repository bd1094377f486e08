#!/bin/sh
# Apache as Debian packages it, which answers the oracle protocol.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=apache2
package=apache2
. "$here/../python/live.sh"
