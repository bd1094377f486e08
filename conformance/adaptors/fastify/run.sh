#!/bin/sh
# Installs what package-lock.json names, and answers the oracle protocol.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../node/run.sh"
