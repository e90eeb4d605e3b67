#!/bin/sh
# lint.sh - everything that reads the source without running it. All steps run; any fault fails.
set -eu
cd "$(dirname "$0")/.."

tools/deps.sh build check lint
export PYTHONDONTWRITEBYTECODE=1
mkdir -p build/lint

ccache=$(command -v ccache || true)
folders=$(for folder in src tests bench tools; do [ ! -d $folder ] || echo $folder; done)
# shellcheck disable=SC2086  # a list of folders
c_files=$(find $folders -name '*.[ch]' | sort)
# shellcheck disable=SC2086
sh_files=$(find $folders .ci -type f \( -name '*.sh' -o -path '.ci/run' \) | sort)

# The checks are called by step, which shellcheck does not see, and the lists are meant to split:
# no name of ours has a blank.
# shellcheck disable=SC2086,SC2317
{
check_format() { clang-format --dry-run --Werror $c_files; }
check_shell() { shellcheck -x -P SCRIPTDIR $sh_files; }
check_house() { python3 -B tests/house/tidy.py . cc | sed -n '/^#/p; /^not/{p;q1}'; }
build_gcc() { CC="$ccache gcc" tools/build.sh lint-gcc --werror; }
build_clang() { CC="$ccache clang" tools/build.sh lint-clang --werror; }
check_tidy() { python3 -B tools/clang_tidy.py build/lint-clang build/lint; }

# cppcheck 2.10 cannot read a statement expression, which is what TAKE is (AST), does not know the
# cleanup attribute (leaks), and loses sight of a variable whose address lies in a table (uninit);
# the compilers, the analyzer and the sanitizers look after the last two.
check_cppcheck()
{
	mkdir -p build/lint/cppcheck
	cppcheck --quiet -j2 --std=c11 --language=c --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability --suppress=internalAstError \
		--suppress=memleak --suppress=resourceLeak \
		--suppress=uninitvar --suppress=legacyUninitvar \
		--cppcheck-build-dir=build/lint/cppcheck \
		--library=tools/cppcheck.cfg \
		-D_GNU_SOURCE -Isrc -Itests $folders
}
}

failed=0
step()
{
	start=$(date +%s)
	if "$2"; then verdict=ok; else verdict=FAILED; failed=1; fi
	printf '%-12s %s (%s s)\n' "$1" "$verdict" $(($(date +%s) - start))
}

step format check_format
step shellcheck check_shell
step house check_house
step cppcheck check_cppcheck
step gcc build_gcc
step clang build_clang
step clang-tidy check_tidy
exit $failed
