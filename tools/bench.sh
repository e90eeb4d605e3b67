#!/bin/sh
# bench.sh [full] [PART...] - measures the release build; prints a table, writes build/bench.json.
set -eu
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1
exec python3 bench/bench.py "$@"
