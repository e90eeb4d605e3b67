#!/bin/sh
# layers.sh LIBCORE LIBBASE - core stays pure: its object code may reach base and the few functions
# below, so no clock, no file, no socket, no allocation, whatever its sources include.
set -eu

defined()
{
	nm --defined-only "$@" | awk 'NF == 3 { print $3 }'
}

# Fortified twins of the mem* functions count as themselves; __divti3 and its kin are how a compiler
# divides 128-bit numbers.
allowed='^(__)?mem[a-z]+(_chk)?$|^(strlen|bcmp|abort)$|^__u?(div|mod|divmod)ti[34]$|^__stack_chk_'
allowed="$allowed|^_GLOBAL_OFFSET_TABLE_\$"

known=$(defined "$1" "$2" | sort -u)
reached=$(nm --undefined-only "$1" | awk 'NF == 2 { print $2 }' | sort -u)
outside=$(printf '%s\n' "$reached" | grep -vxF -e "$known" | grep -Ev -e "$allowed" || true)

echo 1..1
[ -z "$outside" ] || {
	for symbol in $outside; do echo "# core reaches out: $symbol"; done
	echo "not ok 1 - core_is_pure"
	exit 1
}
echo "ok 1 - core_is_pure"
