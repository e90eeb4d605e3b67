#!/bin/sh
# test.sh [NAME [MESON-TEST-OPTION...]] - runs the tests of build/NAME (default: release).
#
# Ends with the ids that passed tests prove and, as the very last line,
# `N passed, M failed, K skipped`, counted by test function.
set -eu
cd "$(dirname "$0")/.."

name=${1:-release}
[ $# = 0 ] || shift
export PYTHONDONTWRITEBYTECODE=1

rm -f "build/$name/meson-logs/testlog.json"
status=0
meson test -C "build/$name" --no-rebuild --print-errorlogs "$@" || status=$?
python3 tools/test_report.py "build/$name/meson-logs/testlog.json" "$status"
