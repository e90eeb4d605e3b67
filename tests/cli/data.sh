# data.sh - data folders and servers for the tests of the command line.
# shellcheck shell=sh disable=SC2034  # the tests read what is set here
. "$(dirname "$0")/../e2e/tap.sh"

unset TAEL_DATA
server_pid=

# new_data: a fresh folder $data with $merchant, $app and $key
new_data()
{
	data=$(mktemp -d "$tap_dir/data.XXXXXX")/d
	"$TAEL" init --data "$data" --json >"$tap_dir/init"
	merchant=$(member merchant <"$tap_dir/init")
	app=$(member app <"$tap_dir/init")
	key=$(member key <"$tap_dir/init")
}

# member NAME: that member of the JSON object on standard input; "a.0.b" goes deeper
member()
{
	python3 -c 'import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1].split("."):
    value = value[int(step) if isinstance(value, list) else step]
print(value if isinstance(value, str) else json.dumps(value))' "$1"
}

# tael ARGUMENTS: on $data, its output in $tap_dir/out
tael()
{
	"$TAEL" "$@" --data "$data" >"$tap_dir/out" 2>"$tap_dir/err"
}

# serve [OPTIONS]: a server on $data; sets $url
serve()
{
	server_fifo=$(mktemp -u "$tap_dir/fifo.XXXXXX")
	mkfifo "$server_fifo"
	"$TAEL" serve --data "$data" --listen 127.0.0.1:0 --json "$@" \
		>"$server_fifo" 2>"$tap_dir/server.err" &
	server_pid=$!
	# A test is a subshell: what it started goes with it.
	trap 'stop KILL' EXIT
	read -r server_line <"$server_fifo" || {
		sed 's/^/# /' "$tap_dir/server.err"
		return 1
	}
	url=$(echo "$server_line" | member listening)
}

# stop [SIGNAL]: ends the server; its exit status is in $server_status
stop()
{
	[ -n "$server_pid" ] || return 0
	kill -"${1:-TERM}" "$server_pid" 2>/dev/null || :
	server_status=0
	wait "$server_pid" || server_status=$?
	server_pid=
}

# http_status KEY PATH: the status of a GET with that key
http_status()
{
	python3 -c 'import sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print(error.code)' "$url$2" "$1"
}

# lacks TEXT PATH...: no file there holds it
lacks()
{
	lacks_text=$1
	shift
	if grep -rqF -e "$lacks_text" "$@"; then
		echo "# '$lacks_text' is in $*"
		return 1
	fi
}
