#!/bin/sh
# Installs what requirements.txt pins, and answers the oracle protocol.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../python/run.sh"
