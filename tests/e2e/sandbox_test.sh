#!/bin/sh
# `tael sandbox` as a program: starts, says where, keeps its keys, stops when it is told to.
set -eu
. "$(dirname "$0")/tap.sh"

# start DIR [--tls]: a sandbox in the background; $url and $pid
start()
{
	rm -f "$tap_dir/said"
	"$TAEL" sandbox --listen 127.0.0.1:0 --out "$@" --json >"$tap_dir/said" &
	pid=$!
	url=$(python3 - "$tap_dir/said" "$pid" <<-'PYTHON'
		import json, os, sys, time
		while not open(sys.argv[1]).read().endswith('\n'):
		    os.kill(int(sys.argv[2]), 0)
		    time.sleep(0.02)
		print(json.load(open(sys.argv[1]))['listening'])
	PYTHON
	)
}

# stop SIGNAL: ends it; it must exit 0
stop()
{
	kill "-$1" "$pid"
	wait "$pid"
}

member()
{
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"
}

it_says_where_it_is_and_stops_when_told()
{
	for signal in TERM INT; do
		start "$tap_dir/keys"
		python3 -c 'import sys, urllib.request
with urllib.request.urlopen(sys.argv[1] + "/sandbox/trades") as answer:
    assert answer.read() == b"{\"trades\":[]}"' "$url"
		stop $signal
	done
}

it_writes_configurations_for_their_owner_only()
{
	start "$tap_dir/keys"
	stop TERM
	for file in alipay-keys.json alipay.json alipay-cert.json wechat-keys.json wechat.json \
		wechat-cert.json; do
		[ "$(stat -c %a "$tap_dir/keys/$file")" = 600 ]
	done
	[ "$(member "$tap_dir/keys/alipay.json" gateway)" = "$url/gateway.do" ]
	[ "$(member "$tap_dir/keys/alipay-cert.json" app_id)" != \
		"$(member "$tap_dir/keys/alipay.json" app_id)" ]
}

it_uses_the_keys_that_are_there()
{
	start "$tap_dir/keys"
	stop TERM
	before=$(member "$tap_dir/keys/alipay.json" private_key)
	cert=$(member "$tap_dir/keys/alipay-cert.json" alipay_cert)
	wechat=$(member "$tap_dir/keys/wechat-cert.json" platform_certs)
	start "$tap_dir/keys"
	stop TERM
	[ "$(member "$tap_dir/keys/alipay.json" private_key)" = "$before" ]
	[ "$(member "$tap_dir/keys/alipay-cert.json" alipay_cert)" = "$cert" ]
	[ "$(member "$tap_dir/keys/alipay.json" gateway)" = "$url/gateway.do" ]
	[ "$(member "$tap_dir/keys/wechat-cert.json" platform_certs)" = "$wechat" ]
	[ "$(member "$tap_dir/keys/wechat-cert.json" base_url)" = "$url" ]
}

over_tls_it_proves_who_it_is()
{
	start "$tap_dir/tls" --tls
	ask() {
		python3 -c 'import ssl, sys, urllib.request
trust = ssl.create_default_context(cafile=sys.argv[2])
with urllib.request.urlopen(sys.argv[1] + "/sandbox/trades", context=trust) as answer:
    assert answer.read() == b"{\"trades\":[]}"' "$url" "$1"
	}
	ask "$tap_dir/tls/ca.pem"
	for file in ca.pem tls-keys.json qq.json; do
		[ "$(stat -c %a "$tap_dir/tls/$file")" = 600 ]
	done
	[ "$(member "$tap_dir/tls/qq.json" api_base_url)" = "$url" ]
	stop TERM
	cp "$tap_dir/tls/ca.pem" "$tap_dir/before.pem"
	# The same authority the next time, and certificates only then.
	start "$tap_dir/tls" --tls
	ask "$tap_dir/before.pem"
	stop TERM
	start "$tap_dir/tls"
	case $url in http://*) ;; *) return 1 ;; esac
	expect_exit 1 member "$tap_dir/tls/qq.json" cert
	stop TERM
}

a_folder_of_something_else_is_refused()
{
	mkdir -p "$tap_dir/other"
	echo '{"keys":1}' >"$tap_dir/other/alipay-keys.json"
	expect_exit 1 "$TAEL" sandbox --listen 127.0.0.1:0 --out "$tap_dir/other"
	expect_err "alipay-keys.json"
}

wrong_arguments_are_a_usage_error()
{
	expect_exit 2 "$TAEL" sandbox --notice-scale 0.1
	expect_err "notice-scale"
	expect_exit 2 "$TAEL" sandbox --notice-scale 1001
	expect_exit 2 "$TAEL" sandbox extra
	expect_exit 2 "$TAEL" sandbox --colour
	expect_exit 1 "$TAEL" sandbox --listen nowhere --out "$tap_dir/keys"
}

run_tests it_says_where_it_is_and_stops_when_told \
	it_writes_configurations_for_their_owner_only it_uses_the_keys_that_are_there \
	over_tls_it_proves_who_it_is \
	a_folder_of_something_else_is_refused wrong_arguments_are_a_usage_error
