#!/bin/sh
# sanitize.sh - all tests under ASan and UBSan, then those of the suites in `tsan` under TSan, both
# built by clang with every warning an error.
set -eu
cd "$(dirname "$0")/.."

tools/deps.sh build check
CC="$(command -v ccache || true) clang"
export CC

# The runtimes of clang 14 cannot live with addresses as random as newer kernels make them.
fixed="setarch $(uname -m) -R"
$fixed true 2>/dev/null || fixed=

# Everything is slower here, and starts slower: the time limits of the tests are multiplied.
failed=0
sanitized_tests()
{
	name=$1
	sanitizers=$2
	shift 2
	echo "== $sanitizers"
	tools/build.sh "$name" --werror -Dbuildtype=debug -Doptimization=1 -Db_lundef=false \
		-Db_sanitize="$sanitizers"
	$fixed tools/test.sh "$name" --timeout-multiplier 5 "$@" || failed=1
}

export ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=abort_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=abort_on_error=1:halt_on_error=1:second_deadlock_stack=1
sanitized_tests asan address,undefined --no-suite house
sanitized_tests tsan thread --suite tsan
exit $failed
