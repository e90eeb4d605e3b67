#!/bin/sh
# clients.sh - the platforms' official clients drive the sandbox and judge what it answers, and the
# library of Standard Webhooks judges what Tael sends.
#
# usage: clients.sh [go|java]    WeChat Pay's official client in that language, not those of npm
#
# They are installed below build/, by the versions that tests/clients/package-lock.json,
# wechat_go/go.sum and wechat_java/pom.xml pin. Without npm, or Go, or a JDK and Maven, this is
# skipped, which is a failure where CI is set.
set -eu
cd "$(dirname "$0")/.."

tael=build/release/src/cli/tael
dir=build/clients

needs() { # COMMAND PACKAGES
	command -v "$1" >/dev/null && return
	echo "1..0 # SKIP $1 is not installed (apt-get install $2)"
	[ -z "${CI:-}" ] || { echo "0 passed, 1 failed"; exit 1; }
	exit 0
}

install_npm() {
	needs npm 'nodejs npm'
	needs node 'nodejs npm'
	cmp -s tests/clients/package-lock.json "$dir/package-lock.json" && return
	rm -rf "$dir/node_modules" "$dir/package-lock.json"
	cp tests/clients/package.json "$dir/package.json"
	cp tests/clients/package-lock.json "$dir/lock.new"
	mv "$dir/lock.new" "$dir/package-lock.json"
	npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund >"$dir/npm.log" 2>&1 || {
		cat "$dir/npm.log"
		rm -f "$dir/package-lock.json"
		exit 1
	}
}

run_npm() { # URL KEYS
	node tests/clients/webhooks.mjs "$2" >"$2/webhooks.tap" || failed=1
	node tests/clients/alipay.mjs "$1" "$2" >"$2/alipay.tap" || failed=1
	node tests/clients/wechat.mjs "$1" "$2" >"$2/wechat.tap" || failed=1
	node tests/clients/qq.mjs "$1" "$2" >"$2/qq.tap" || failed=1
}

install_go() {
	needs go golang-go
	(
		export GOPATH="$PWD/$dir/go" GOCACHE="$PWD/$dir/go/cache" GOTOOLCHAIN=local
		export CGO_ENABLED=0
		cd tests/clients/wechat_go
		go build -modcacherw -buildvcs=false -o "$GOPATH/wechat_go" .
	) >"$dir/go.log" 2>&1 || {
		cat "$dir/go.log"
		exit 1
	}
}

run_go() { # URL KEYS
	"$dir/go/wechat_go" "$1" "$2" >"$2/go.tap" || failed=1
}

install_java() {
	needs javac default-jdk-headless
	needs java default-jdk-headless
	needs mvn maven
	from=tests/clients/wechat_java
	if ! cmp -s "$from/pom.xml" "$dir/java/pom.xml"; then
		rm -rf "$dir/java"
		mkdir -p "$dir/java"
		mvn -q -B -C -f "$from/pom.xml" dependency:copy-dependencies \
			-DoutputDirectory="$PWD/$dir/java/lib" >"$dir/mvn.log" 2>&1 || {
			cat "$dir/mvn.log"
			exit 1
		}
		cp "$from/pom.xml" "$dir/java/pom.xml"
	fi
	javac --release 17 -encoding UTF-8 -Xlint:all,-classfile -Werror \
		-cp "$dir/java/lib/*" -d "$dir/java/classes" "$from"/*.java
}

run_java() { # URL KEYS
	java -cp "$dir/java/classes:$dir/java/lib/*" Judge "$1" "$2" >"$2/java.tap" || failed=1
}

mkdir -p "$dir"
which=${1:-npm}
case $which in
npm) install_npm ;;
go) install_go ;;
java) install_java ;;
*) echo "usage: clients.sh [go|java]" >&2; exit 2 ;;
esac

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
case $which in
npm) run_npm "$url" "$keys" ;;
go) run_go "$url" "$keys" ;;
java) run_java "$url" "$keys" ;;
esac
cat "$keys"/*.tap | sed '/ passed, .* failed$/d'
awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
	END { printf "%d passed, %d failed\n", passed, failed }' "$keys"/*.tap
exit $failed
