#!/bin/sh
# Fetches the heavy judges for `make judges`: DIALS/dxtbx from Debian (1.5 GB) and XDS's reader neggia, built from its public
# source into .build-judges/. Neither is part of the project. What cannot be had here is named; the judges then say SKIP.
#
# NEGGIA_SOURCE=FOLDER  takes neggia's source from there, without network.
set -eu
cd "$(dirname "$0")/../.."
judges=$PWD/.build-judges
neggia_url=https://github.com/dectris/neggia
# The release that the layout was tried with.
neggia_version=a81bdf8

skip() {
    echo "SKIP $1" >&2
}

install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || { echo "not installed:$missing (apt-get install as root)" >&2; return 1; }
    echo "installing Debian packages:$missing"
    # shellcheck disable=SC2086  # a list of package names
    apt-get install -y --no-install-recommends $missing >"$judges/apt.log" 2>&1
}

build_neggia() {
    [ ! -f "$judges/dectris-neggia.so" ] || return 0
    source=${NEGGIA_SOURCE:-$judges/neggia}
    if [ ! -d "$source" ]; then
        git clone -q "$neggia_url" "$source" || return 1
        git -C "$source" checkout -q "$neggia_version" || return 1
    fi
    cmake -S "$source" -B "$judges/neggia-build" -DCMAKE_BUILD_TYPE=Release >"$judges/neggia.log" 2>&1 || return 1
    cmake --build "$judges/neggia-build" --target dectris-neggia >>"$judges/neggia.log" 2>&1 || return 1
    cp "$(find "$judges/neggia-build" -name dectris-neggia.so)" "$judges/"
}

mkdir -p "$judges"
install_packages cmake g++ git || skip "neggia: no compiler"
# bitshuffle: the filter that DIALS' HDF5 needs for the frames of EIGER detectors.
install_packages dials python3-dials bitshuffle || skip "DIALS: its Debian packages could not be installed"
build_neggia || skip "neggia: its source could not be fetched or built (see $judges/neggia.log)"
echo "judges are in $judges"
