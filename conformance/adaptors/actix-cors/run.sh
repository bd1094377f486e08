#!/bin/sh
# Builds the adaptor in ../rust, whose Cargo.lock pins what it adapts, and answers the oracle protocol.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../rust/run.sh"
