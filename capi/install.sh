#!/bin/sh
# Builds the C library and installs it: the header, the static and the shared library, and what
# pkg-config needs.
#   capi/install.sh [PREFIX]        by default /usr/local; DESTDIR is put before it
# PROFILE=dev installs an unoptimised build, which is made sooner.
set -eu
prefix=${1:-/usr/local}
case $prefix in
    /*) ;;
    *) prefix=$(pwd)/$prefix ;;
esac
capi=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$capi/../target}
profile=${PROFILE:-release}
destination=${DESTDIR:-}$prefix
if [ "$(uname -s)" != Linux ]; then
    echo "this installs for Linux; elsewhere, cargo build --release -p corsac-capi makes the library" >&2
    exit 2
fi
abi=$(awk '$2 == "CORSAC_ABI_VERSION" {print $3}' "$capi/include/corsac.h")
version=$(cargo pkgid --manifest-path "$capi/Cargo.toml" | sed 's/.*[#@]//')

# A library is built once and called a million times.
export CARGO_PROFILE_RELEASE_LTO=true CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1
cargo rustc --quiet --manifest-path "$capi/Cargo.toml" --lib --profile "$profile" -- \
    -C link-arg="-Wl,-soname,libcorsac.so.$abi"
[ "$profile" = dev ] && built=$target/debug || built=$target/$profile

mkdir -p "$destination/include" "$destination/lib/pkgconfig"
install -m 644 "$capi/include/corsac.h" "$destination/include/corsac.h"
install -m 644 "$built/libcorsac_capi.a" "$destination/lib/libcorsac.a"
install -m 755 "$built/libcorsac_capi.so" "$destination/lib/libcorsac.so.$abi"
ln -sf "libcorsac.so.$abi" "$destination/lib/libcorsac.so"
cat >"$destination/lib/pkgconfig/corsac.pc" <<END
prefix=$prefix
Name: corsac
Description: Decides CORS: a policy and a request in, exact headers or a typed rejection out
Version: $version
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -lcorsac
Libs.private: -lpthread -ldl -lm
END
echo "corsac $version for C is in $destination; try: pkg-config --cflags --libs corsac"
