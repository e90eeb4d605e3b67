#!/bin/sh
# What every command has: help with an example, one exit code for wrong arguments, settings.
set -eu
. "$(dirname "$0")/data.sh"

commands()
{
	"$TAEL" help | sed -n 's/^  tael \([a-z ]*[a-z]\)   *.*/\1/p'
}

every_command_explains_itself()
{
	commands >"$tap_dir/commands"
	[ "$(wc -l <"$tap_dir/commands")" -gt 10 ]
	while read -r name; do
		# shellcheck disable=SC2086
		expect_exit 0 "$TAEL" $name --help
		expect_out "usage: tael $name"
		grep -q "^  tael $name" "$tap_dir/out" || { echo "# $name: no example"; return 1; }
		cp "$tap_dir/out" "$tap_dir/first"
		# shellcheck disable=SC2086
		expect_exit 0 "$TAEL" help $name
		cmp "$tap_dir/out" "$tap_dir/first"
	done <"$tap_dir/commands"
}

every_command_refuses_what_it_does_not_know()
{
	commands >"$tap_dir/commands"
	while read -r name; do
		[ "$name" != help ] || continue
		# shellcheck disable=SC2086
		expect_exit 2 "$TAEL" $name --no-such-option
		expect_err "there is no option '--no-such-option'"
		expect_err "tael help $name"
	done <"$tap_dir/commands"
}

options_are_read_strictly()
{
	expect_exit 2 "$TAEL" merchant add --nam x
	expect_exit 2 "$TAEL" merchant add --name
	expect_err "--name needs a value"
	expect_exit 2 "$TAEL" merchant add --name x --name=y
	expect_err "--name is given twice"
	expect_exit 2 "$TAEL" merchant add --live --live --name x
	expect_exit 2 "$TAEL" merchant add --live=yes --name x
	expect_err "--live takes no value"
	expect_exit 2 "$TAEL" merchant add x
	expect_err "unexpected argument 'x'"
	expect_exit 2 "$TAEL" merchant add -n x
	expect_exit 2 "$TAEL" merchant set --name x
	expect_err "MERCHANT is missing"
	expect_exit 2 "$TAEL" merchant set mer_x --late-money keep
	expect_exit 2 "$TAEL" merchant set mer_x --forced-reversal yes
	expect_exit 2 "$TAEL" merchant set mer_x
	expect_exit 2 "$TAEL" migrate later
	expect_exit 1 "$TAEL" merchant list --data="$tap_dir" --
}

settings_say_where_they_come_from()
{
	new_data
	tael config show --json
	[ "$(member settings.0.name <"$tap_dir/out")" = listen ]
	[ "$(member settings.0.origin <"$tap_dir/out")" = default ]
	echo 'listen = 127.0.0.1:9' >>"$data/tael.ini"
	tael config show --json
	[ "$(member settings.0.origin <"$tap_dir/out")" = file ]
	[ "$(member settings.0.value <"$tap_dir/out")" = 127.0.0.1:9 ]
	TAEL_LISTEN=127.0.0.1:10 TAEL_PUBLIC_URL=https://pay.example.com/ tael config show --json
	[ "$(member settings.0.origin <"$tap_dir/out")" = environment ]
	[ "$(member settings.0.value <"$tap_dir/out")" = 127.0.0.1:10 ]
	[ "$(member settings.1.value <"$tap_dir/out")" = https://pay.example.com ]
	TAEL_LISTN=x tael config show
	expect_out "there is no setting for TAEL_LISTN"
}

settings_that_cannot_be_are_errors()
{
	new_data
	cp "$data/tael.ini" "$tap_dir/good"
	while read -r line; do
		{ cat "$tap_dir/good"; echo "$line"; } >"$data/tael.ini"
		expect_exit 1 "$TAEL" config show --data "$data"
		expect_err "tael.ini: line "
		expect_exit 1 "$TAEL" serve --data "$data"
		expect_exit 1 "$TAEL" app list --data "$data"
	done <<'LINES'
lisen = 127.0.0.1:8080
listen
= 1
[server]
node = 256
node = -1
node = 1x
account_cache = 1
allow_private_webhooks = yes
log_level = loud
public_url = pay.example.com
public_url = https://
public_url = https://pay.example.com/?a=b
LINES
	printf 'node = 1\nnode = 2\n' >"$data/tael.ini"
	expect_exit 1 "$TAEL" config show --data "$data"
	expect_err "line 2: node was set on line 1"
	cp "$tap_dir/good" "$data/tael.ini"
	TAEL_NODE=x expect_exit 1 "$TAEL" config show --data "$data"
	expect_err "TAEL_NODE"
}

migrations_are_shown_and_applied()
{
	new_data
	tael migrate status --json
	[ "$(member done_now <"$tap_dir/out")" = 0 ]
	[ "$(member applied <"$tap_dir/out")" = "$(member known <"$tap_dir/out")" ]
	tael migrate
	expect_out "0 of them now"
	expect_exit 1 "$TAEL" migrate status --data "$tap_dir"
}

run_tests every_command_explains_itself every_command_refuses_what_it_does_not_know \
	options_are_read_strictly settings_say_where_they_come_from \
	settings_that_cannot_be_are_errors migrations_are_shown_and_applied
