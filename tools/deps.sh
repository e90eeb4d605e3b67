#!/bin/sh
# deps.sh GROUP... - sees to it that the packages of these groups are installed.
#
# Missing ones are named first, then installed, but only by root; anybody else
# is given the one line to run.  Where there is no dpkg, nothing is checked
# here: meson then names what it does not find.
set -eu
cd "$(dirname "$0")/.."

command -v dpkg-query >/dev/null || exit 0

missing=
for group; do
	# A node from elsewhere than Debian is as good.
	[ "$group" != clients ] || ! command -v node >/dev/null || ! command -v npm >/dev/null ||
		continue
	# shellcheck disable=SC2013  # words are what is wanted
	for package in $(sed -n "s/^$group: //p" tools/packages.txt); do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
		[ "$status" = installed ] || missing="$missing $package"
	done
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "Missing packages. Run this once, then again what you just ran:" >&2
	echo "  sudo apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
echo "Installing by apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null
