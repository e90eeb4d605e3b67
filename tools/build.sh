#!/bin/sh
# build.sh [NAME [MESON-OPTION...]] - configures and builds build/NAME (default: release).
#
# `release` also gets the shortcut build/tael.  Meson uses ccache where it is
# installed; CC chooses another compiler for a new build folder.
set -eu
cd "$(dirname "$0")/.."

name=${1:-release}
[ $# = 0 ] || shift
dir=build/$name

tools/deps.sh build
export PYTHONDONTWRITEBYTECODE=1
mkdir -p build
if ! [ -f "$dir/build.ninja" ]; then
	echo "Configuring $dir"
	meson setup "$dir" "$@" >"build/$name.log" 2>&1 || {
		cat "build/$name.log"
		exit 1
	}
fi

# What changed in the meson.build files is read again without its long report.
ninja -C "$dir" build.ninja >"build/$name.log" 2>&1 || {
	cat "build/$name.log"
	exit 1
}
quiet=--quiet
[ ! -t 1 ] || quiet=
ninja -C "$dir" $quiet
[ "$name" != release ] || ln -sfn release/src/cli/tael build/tael
