#!/bin/sh
# The command line's own manners: help, versions, mistyped words, exit codes.
set -eu
. "$(dirname "$0")/tap.sh"

version_names_each_library()
{
	expect_exit 0 "$TAEL" version
	for library in libmicrohttpd jansson sqlite libcurl openssl libqrencode expat; do
		grep -Eq "^$library +[0-9]+\.[0-9]" "$tap_dir/out"
	done
}

version_as_json()
{
	expect_exit 0 "$TAEL" version --json
	python3 -c 'import json, sys
v = json.load(sys.stdin)
assert v["tael"] and len(v["libraries"]) == 7, v
assert all(l["built"] and l["runs"] for l in v["libraries"].values()), v' <"$tap_dir/out"
}

help_lists_and_explains()
{
	expect_exit 0 "$TAEL" help
	expect_out "tael version"
	expect_exit 0 "$TAEL" help version
	expect_out "usage: tael version"
	expect_exit 0 "$TAEL" version --help
	expect_out "usage: tael version"
	expect_exit 0 "$TAEL" --help
	expect_out "tael version"
}

no_command_is_a_usage_error()
{
	expect_exit 2 "$TAEL"
}

a_mistyped_command_gets_a_suggestion()
{
	expect_exit 2 "$TAEL" verison
	expect_err "did you mean 'version'?"
	expect_exit 2 "$TAEL" help verison
	expect_err "did you mean 'version'?"
}

a_strange_command_gets_none()
{
	expect_exit 2 "$TAEL" zzzzzzzzzzzzzz
	expect_err "there is no command 'zzzzzzzzzzzzzz'"
	if grep -q "did you mean" "$tap_dir/err"; then return 1; fi
	expect_exit 2 "$TAEL" "$(printf '%0300d' 0)"
}

a_wrong_argument_is_a_usage_error()
{
	expect_exit 2 "$TAEL" version now
	expect_err "unexpected argument 'now'"
	expect_exit 2 "$TAEL" version --yaml
	expect_err "tael version"
}

a_full_disk_is_a_failure()
{
	[ -c /dev/full ]
	"$TAEL" version >/dev/full 2>"$tap_dir/err" && return 1
	expect_err "No space left"
}

run_tests version_names_each_library version_as_json help_lists_and_explains \
	no_command_is_a_usage_error a_mistyped_command_gets_a_suggestion \
	a_strange_command_gets_none a_wrong_argument_is_a_usage_error a_full_disk_is_a_failure
