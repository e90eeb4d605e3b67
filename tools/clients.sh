#!/bin/sh
# clients.sh - the platforms' official clients drive the sandbox and judge what it answers, and the
# library of Standard Webhooks judges what Tael sends.
#
# They are installed below build/, by the versions that tests/clients/package-lock.json pins.
# Without npm this is skipped, which is a failure where CI is set.
set -eu
cd "$(dirname "$0")/.."

tael=build/release/src/cli/tael
dir=build/clients

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
	echo "1..0 # SKIP npm is not installed (apt-get install nodejs npm)"
	[ -z "${CI:-}" ] || { echo "0 passed, 1 failed"; exit 1; }
	exit 0
fi

mkdir -p "$dir"
if ! cmp -s tests/clients/package-lock.json "$dir/package-lock.json"; then
	rm -rf "$dir/node_modules" "$dir/package-lock.json"
	cp tests/clients/package.json "$dir/package.json"
	cp tests/clients/package-lock.json "$dir/lock.new"
	mv "$dir/lock.new" "$dir/package-lock.json"
	npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund >"$dir/npm.log" 2>&1 || {
		cat "$dir/npm.log"
		rm -f "$dir/package-lock.json"
		exit 1
	}
fi

keys=$(mktemp -d "$PWD/$dir/keys.XXXXXX")
said=$keys/said
"$tael" sandbox --listen 127.0.0.1:0 --out "$keys" --json >"$said" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; wait $sandbox 2>/dev/null; rm -rf "$keys"' EXIT
while ! [ -s "$said" ]; do
	kill -0 $sandbox || exit 1
	sleep 0.1
done
url=$(sed -n 's/^{"listening":"\(.*\)"}$/\1/p' "$said")
export CLIENTS_DIR="$PWD/$dir" TAEL="$PWD/$tael"
failed=0
node tests/clients/webhooks.mjs "$keys" >"$keys/webhooks.tap" || failed=1
node tests/clients/alipay.mjs "$url" "$keys" >"$keys/alipay.tap" || failed=1
node tests/clients/wechat.mjs "$url" "$keys" >"$keys/wechat.tap" || failed=1
node tests/clients/qq.mjs "$url" "$keys" >"$keys/qq.tap" || failed=1
cat "$keys/webhooks.tap" "$keys/alipay.tap" "$keys/wechat.tap" "$keys/qq.tap" |
	sed '/ passed, .* failed$/d'
awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
	END { printf "%d passed, %d failed\n", passed, failed }' "$keys"/*.tap
exit $failed
