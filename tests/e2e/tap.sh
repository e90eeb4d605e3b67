# tap.sh - TAP for shell tests.  `run_tests a b c` runs each function in a
# subshell under `set -e`: the first command that fails fails the test.
# shellcheck shell=sh

: "${TAEL:?the tests are run by meson, which sets TAEL}"
tap_dir=$(mktemp -d) # each test's own folder, gone at the end
trap 'rm -rf "$tap_dir"' EXIT

# expect_exit CODE COMMAND...: its output is left in $tap_dir/out and /err
expect_exit()
{
	tap_want=$1
	shift
	tap_got=0
	"$@" >"$tap_dir/out" 2>"$tap_dir/err" || tap_got=$?
	[ "$tap_got" = "$tap_want" ] || {
		echo "# '$*' exited $tap_got, expected $tap_want"
		return 1
	}
}

# expect_out TEXT, expect_err TEXT: the last command printed it
expect_out()
{
	grep -qF -e "$1" "$tap_dir/out" || { echo "# no '$1' in the output"; return 1; }
}

expect_err()
{
	grep -qF -e "$1" "$tap_dir/err" || { echo "# no '$1' in the errors"; return 1; }
}

run_tests()
{
	echo "1..$#"
	tap_n=0
	for tap_test; do
		tap_n=$((tap_n + 1))
		set +e
		(set -e; "$tap_test")
		tap_status=$?
		set -e
		if [ $tap_status = 0 ]; then
			echo "ok $tap_n - $tap_test"
		else
			sed 's/^/# /' "$tap_dir/out" "$tap_dir/err"
			echo "not ok $tap_n - $tap_test"
		fi
	done
}
