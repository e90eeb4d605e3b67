#!/bin/sh
# From an empty folder to merchants, apps and keys.
set -eu
. "$(dirname "$0")/data.sh"

init_makes_a_data_folder()
{
	new_data
	[ "$(stat -c %a "$data")" = 700 ]
	[ "$(stat -c %a "$data/master.key")" = 600 ]
	[ "$(stat -c %a "$data/tael.db")" = 600 ]
	grep -Eqx '[0-9a-f]{64}' "$data/master.key"
	grep -q '^# listen = 127.0.0.1:8080$' "$data/tael.ini"
	case $merchant/$app/$key in
	mer_*/app_*/sk_test_*) ;;
	*) return 1 ;;
	esac
	case $(member app_secret <"$tap_dir/init") in
	whsec_*) ;;
	*) return 1 ;;
	esac
}

init_says_what_to_do_next()
{
	expect_exit 0 "$TAEL" init --data "$tap_dir/talks"
	expect_out "sk_test_"
	expect_out "tael serve --data $tap_dir/talks"
}

init_leaves_a_store_as_it_is()
{
	new_data
	cp "$data/master.key" "$tap_dir/before"
	expect_exit 1 "$TAEL" init --data "$data"
	expect_err "there is a store in $data already"
	cmp "$data/master.key" "$tap_dir/before"
	tael app list --json
	[ "$(member data.0.id <"$tap_dir/out")" = "$app" ]
}

init_uses_a_master_key_that_was_brought_back()
{
	new_data
	mkdir "$tap_dir/moved"
	cp -p "$data/master.key" "$tap_dir/moved"
	expect_exit 0 "$TAEL" init --data "$tap_dir/moved"
	cmp "$data/master.key" "$tap_dir/moved/master.key"
}

init_needs_a_folder()
{
	expect_exit 1 "$TAEL" init --data "$tap_dir/no/such/parent"
	: >"$tap_dir/file"
	expect_exit 1 "$TAEL" init --data "$tap_dir/file"
	expect_err "is not a folder"
}

a_folder_without_a_store_is_named()
{
	expect_exit 1 "$TAEL" merchant list --data "$tap_dir"
	expect_err "there is no store in $tap_dir"
	expect_exit 1 "$TAEL" merchant add --name x --data "$tap_dir"
	expect_err "tael init"
}

the_folder_may_stand_in_the_environment()
{
	new_data
	expect_exit 0 env TAEL_DATA="$data" "$TAEL" app list
	expect_out "$app"
}

merchants_are_added_changed_and_listed()
{
	new_data
	tael merchant add --name '茶馆' --live --json
	second=$(member merchant <"$tap_dir/out")
	tael merchant set "$second" --late-money accept --forced-reversal allow --name 'Tea House'
	tael merchant list --json
	[ "$(member data.0.name <"$tap_dir/out")" = Test ]
	[ "$(member data.0.livemode <"$tap_dir/out")" = false ]
	[ "$(member data.1.id <"$tap_dir/out")" = "$second" ]
	[ "$(member data.1.name <"$tap_dir/out")" = "Tea House" ]
	[ "$(member data.1.livemode <"$tap_dir/out")" = true ]
	[ "$(member data.1.late_money <"$tap_dir/out")" = accept ]
	[ "$(member data.1.forced_reversal <"$tap_dir/out")" = allow ]
	tael merchant list
	expect_out "Tea House"
}

several_merchants_must_be_named()
{
	new_data
	tael merchant add --name second
	expect_exit 2 "$TAEL" app list --data "$data"
	expect_err "name one with --merchant"
	expect_exit 0 "$TAEL" app list --data "$data" --merchant "$merchant"
	expect_out "$app"
	expect_exit 1 "$TAEL" app list --data "$data" --merchant mer_nonsense
	expect_err "merchant"
	expect_exit 1 "$TAEL" merchant set "$app" --name x --data "$data"
}

apps_have_names_of_their_own()
{
	new_data
	tael app add --name webshop --json
	case $(member secret <"$tap_dir/out") in whsec_*) ;; *) return 1 ;; esac
	tael app list
	expect_out webshop
	expect_exit 1 "$TAEL" app add --name webshop --data "$data"
	expect_err "an app of this name already"
	expect_exit 1 "$TAEL" app add --name '' --data "$data"
	expect_exit 1 "$TAEL" app add --name ' x' --data "$data"
	expect_exit 1 "$TAEL" app add --name "$(printf 'a\nb')" --data "$data"
	expect_exit 1 "$TAEL" app add --name "$(printf '%0129d' 0)" --data "$data"
	expect_exit 2 "$TAEL" app add --name "$(printf '\377')" --data "$data"
}

keys_are_shown_once()
{
	new_data
	tael key add --app "$app" --scope no_refund --json
	id=$(member id <"$tap_dir/out")
	fresh=$(member key <"$tap_dir/out")
	case $fresh in sk_test_*) ;; *) return 1 ;; esac
	tael key list --json
	[ "$(member data.1.id <"$tap_dir/out")" = "$id" ]
	[ "$(member data.1.scope <"$tap_dir/out")" = no_refund ]
	lacks "$fresh" "$tap_dir/out" "$data"
	lacks "$key" "$data"
	tael key revoke "$id"
	expect_out "$id is revoked"
	tael key revoke "$id"
	tael key list --json
	[ "$(member data.1.revoked_at <"$tap_dir/out")" != null ]
	[ "$(member data.0.revoked_at <"$tap_dir/out")" = null ]
}

a_live_merchant_has_live_keys()
{
	new_data
	tael merchant add --name live --live --json
	live=$(member merchant <"$tap_dir/out")
	tael app add --name shop --merchant "$live" --json
	shop=$(member app <"$tap_dir/out")
	tael key add --merchant "$live" --app "$shop" --json
	case $(member key <"$tap_dir/out") in sk_live_*) ;; *) return 1 ;; esac
	expect_exit 1 "$TAEL" key add --merchant "$merchant" --app "$shop" --data "$data"
	expect_err "no such app"
}

keys_refuse_what_they_cannot_be()
{
	new_data
	expect_exit 1 "$TAEL" key add --app "$app" --scope all --data "$data"
	expect_err "full, read or no_refund"
	expect_exit 1 "$TAEL" key add --app "$merchant" --data "$data"
	expect_exit 1 "$TAEL" key revoke key_0000000000001 --data "$data"
	expect_err "no such key"
	expect_exit 2 "$TAEL" key add --data "$data"
	expect_err "--app is missing"
}

run_tests init_makes_a_data_folder init_says_what_to_do_next init_leaves_a_store_as_it_is \
	init_uses_a_master_key_that_was_brought_back init_needs_a_folder \
	a_folder_without_a_store_is_named the_folder_may_stand_in_the_environment \
	merchants_are_added_changed_and_listed several_merchants_must_be_named \
	apps_have_names_of_their_own keys_are_shown_once a_live_merchant_has_live_keys \
	keys_refuse_what_they_cannot_be
