#!/bin/sh
# The lock and the control socket: one writer; commands do the same with and without a server.
# shellcheck disable=SC2119  # serve takes options, and mostly none
set -eu
. "$(dirname "$0")/data.sh"

a_server_takes_the_commands()
{
	new_data
	serve
	tael app add --name other --json
	other=$(member app <"$tap_dir/out")
	tael key add --app "$other" --json
	fresh=$(member key <"$tap_dir/out")
	[ "$(http_status "$fresh" /v1/assets)" = 200 ]
	tael app list
	expect_out "$other"
	stop
	[ "$server_status" = 0 ]
	tael app list
	expect_out "$other"
}

a_revoked_key_is_refused_at_once()
{
	new_data
	tael key list --json
	id=$(member data.0.id <"$tap_dir/out")
	serve
	[ "$(http_status "$key" /v1/assets)" = 200 ]
	tael key revoke "$id"
	[ "$(http_status "$key" /v1/assets)" = 401 ]
	stop
}

a_server_answers_as_the_command_itself_does()
{
	new_data
	"$TAEL" app add --name '' --data "$data" 2>"$tap_dir/alone" && return 1
	"$TAEL" key revoke key_0000000000001 --data "$data" 2>>"$tap_dir/alone" && return 1
	"$TAEL" merchant set "$merchant" --late-money accept --data "$data" >>"$tap_dir/alone"
	serve
	"$TAEL" app add --name '' --data "$data" 2>"$tap_dir/served" && return 1
	"$TAEL" key revoke key_0000000000001 --data "$data" 2>>"$tap_dir/served" && return 1
	"$TAEL" merchant set "$merchant" --late-money accept --data "$data" >>"$tap_dir/served"
	cmp "$tap_dir/alone" "$tap_dir/served"
	stop
}

there_is_one_server_a_folder()
{
	new_data
	serve
	expect_exit 1 "$TAEL" serve --data "$data" --listen 127.0.0.1:0
	expect_err "another process has the store"
	expect_exit 1 "$TAEL" migrate --data "$data"
	expect_err "another process has the store"
	[ "$(http_status "$key" /readyz)" = 200 ]
	stop
}

a_killed_server_leaves_the_folder_usable()
{
	new_data
	serve
	stop KILL
	[ -S "$data/control.sock" ]
	tael app add --name after --json
	serve
	tael app list
	expect_out after
	stop
	[ ! -e "$data/control.sock" ]
}

a_server_that_cannot_listen_says_so()
{
	new_data
	expect_exit 1 "$TAEL" serve --data "$data" --listen nowhere
	expect_exit 1 "$TAEL" serve --data "$data" --listen 127.0.0.1:0 --public-url pay.example.com
	expect_err "public_url"
	serve
	stop INT
	[ "$server_status" = 0 ]
}

only_its_own_user_may_command()
{
	new_data
	serve
	[ "$(stat -c %a "$data/control.sock")" = 600 ]
	if [ "$(id -u)" = 0 ]; then
		# Even where the modes were widened, the server looks at who calls.
		chmod 755 "$tap_dir" "$(dirname "$data")" "$data"
		chmod 666 "$data/control.sock"
		python3 - "$data/control.sock" <<'PYTHON'
import os, socket, sys
os.setgid(65534)
os.setuid(65534)
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b'{"name":"merchant.list","args":{"token":"00"}}\n')
    assert s.recv(100) == b'', "a stranger was answered"
except ConnectionError:
    pass
PYTHON
		grep -q control.refused "$tap_dir/server.err"
	fi
	stop
}

# Lines that no command of ours sends.
strange_lines_are_refused()
{
	new_data
	serve
	python3 - "$data/control.sock" <<'PYTHON'
import json, socket, sys
def ask(line):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    try:
        s.sendall(line)
        s.shutdown(socket.SHUT_WR)
        return b''.join(iter(lambda: s.recv(65536), b''))
    except ConnectionError:
        return b''
token = '0' * 32
def send(name, args):
    return ask(json.dumps({"name": name, "args": args}).encode() + b'\n')
def code(name, args):
    return json.loads(send(name, args))["error"]["code"]
assert json.loads(ask(b'nonsense\n'))["error"]["code"] == "JSON"
assert json.loads(ask(b'{}\n'))["error"]["code"] == "INVALID"
assert code("no.such", {}) == "NO_ROUTE"
assert code("app.add", {"name": "x"}) == "INVALID"
assert code("app.add", {"token": token, "name": "x", "more": 1}) == "INVALID"
assert code("app.add", {"token": token, "merchant": "mer_", "name": "x"}) == "NOT_FOUND"
assert ask(b'{"name":"merchant.list"') == b'', "half a line was answered"
assert ask(b'x' * 300000) == b'', "an endless line was answered"
once = {"token": "1" * 32, "name": "once", "live": False}
first, again = send("merchant.add", once), send("merchant.add", once)
assert first == again and b'mer_' in first, "a repeated request made another"
PYTHON
	stop
}

run_tests a_server_takes_the_commands a_revoked_key_is_refused_at_once \
	a_server_answers_as_the_command_itself_does there_is_one_server_a_folder \
	a_killed_server_leaves_the_folder_usable a_server_that_cannot_listen_says_so \
	only_its_own_user_may_command strange_lines_are_refused
