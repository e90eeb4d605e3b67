#!/bin/sh
# fuzz.sh [TARGET...] - runs the fuzz targets (all of them without arguments) for FUZZ_SECONDS in
# all, two at a time; one input that breaks a target fails.
#
# What is found stays below build/: new inputs in fuzz-corpus/TARGET, the breaking ones in
# fuzz-crash/TARGET. The corpora in tests/fuzz/corpus are only read.
set -eu
cd "$(dirname "$0")/.."

tools/deps.sh build check
CC="$(command -v ccache || true) clang" tools/build.sh fuzz --werror -Dbuildtype=debug \
	-Doptimization=1 -Db_lundef=false -Db_sanitize=address,undefined -Dfuzz=true

# shellcheck disable=SC2046  # a list of words
[ $# != 0 ] || set -- $(sed -n "s/^  '\([a-z0-9_]*\)': .*/\1/p" tests/fuzz/meson.build)
seconds=$((${FUZZ_SECONDS:-240} * 2 / $#))
[ $seconds -gt 0 ] || seconds=1
echo "$# targets, $seconds s each, two at a time"

fuzz()
{
	target=$1
	log=build/fuzz-crash/$target.log
	mkdir -p "build/fuzz-corpus/$target" "build/fuzz-crash/$target"
	if "build/fuzz/tests/fuzz/${target}_fuzz" -max_total_time=$seconds -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="build/fuzz-crash/$target/" \
		"build/fuzz-corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
		awk -v target="$target" '/number_of_executed_units/ { n = $2 }
			END { printf "%-20s ok, %d runs\n", target, n }' "$log"
	else
		tail -n 60 "$log"
		echo "$target FAILED; the input is in build/fuzz-crash/$target"
		return 1
	fi
}

# lane 0 takes every other target beginning with the first, lane 1 the rest
lane()
{
	parity=$1
	status=0
	shift
	for name; do
		[ "$parity" = 1 ] || fuzz "$name" || status=1
		parity=$((1 - parity))
	done
	return $status
}

lane 0 "$@" &
first=$!
failed=0
lane 1 "$@" || failed=1
wait $first || failed=1
exit $failed
