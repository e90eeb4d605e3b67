#!/bin/sh
# Makes crypto_vectors.h anew, with openssl alone: keys that secure nothing, in every form that
# shops get them, a signature, and a small authority with its certificates' SNs.
#
#   tests/unit/crypto_vectors.sh > tests/unit/crypto_vectors.h
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# text NAME FILE: the file as a C string, line by line.
text() {
	printf 'static const char %s[] __attribute__((unused)) =\n' "$1"
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/\t"&\\n"/' "$2"
	printf '\t"";\n\n'
}

# sn FILE: MD5 of the issuer as RFC 2253 writes it and the serial number in decimal.
serial() {
	openssl x509 -in "$1" -noout -serial | sed 's/^serial=//'
}
sn() {
	issuer=$(openssl x509 -in "$1" -noout -issuer -nameopt RFC2253,-esc_msb)
	decimal=$(echo "ibase=16; $(serial "$1")" | BC_LINE_LENGTH=0 bc)
	printf '%s%s' "${issuer#issuer=}" "$decimal" |
		openssl dgst -md5 -r | cut -d' ' -f1
}

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out pkcs8.pem
openssl pkey -in pkcs8.pem -traditional -out pkcs1.pem
openssl pkey -in pkcs8.pem -pubout -out public.pem
openssl rsa -in pkcs8.pem -RSAPublicKey_out -out public1.pem 2>/dev/null
openssl pkcs8 -topk8 -in pkcs8.pem -passout pass:secret -out encrypted.pem
openssl rsa -aes128 -traditional -in pkcs8.pem -passout pass:secret \
	-out encrypted1.pem 2>/dev/null
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.pem
openssl pkey -in small.pem -pubout -out small_public.pem
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem
openssl pkey -in ec.pem -pubout -out ec_public.pem
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem
printf 'amount=88.88&subject=积分' > message
openssl dgst -sha256 -sign pkcs8.pem message | openssl base64 -A > signature
echo >> signature

openssl req -x509 -utf8 -key pkcs8.pem -days 36500 -set_serial 0x21a3 \
	-subj '/C=CN/O=Tael, Test/OU=测试/CN=Root A' -out root.pem
openssl req -x509 -key ec.pem -days 36500 -set_serial 7 \
	-subj '/C=CN/CN=Root EC' -out ec_root.pem
openssl req -new -key pkcs8.pem -subj '/C=CN/CN=app' -out app.csr 2>/dev/null
openssl x509 -req -in app.csr -CA root.pem -CAkey pkcs8.pem -days 36500 \
	-set_serial 0x20250718fee0000000000000000000ff -out app.pem 2>/dev/null
openssl x509 -req -in app.csr -CA ec_root.pem -CAkey ec.pem -days 36500 \
	-set_serial 0x09 -out by_ec.pem 2>/dev/null
end=$(openssl x509 -in app.pem -noout -enddate | sed 's/^notAfter=//')

cat <<END
/* crypto_vectors.h - made by crypto_vectors.sh with openssl; the keys secure nothing. */
#pragma once

/* clang-format off */
#include <stdint.h>

END
text KEY_PKCS8 pkcs8.pem
text KEY_PKCS1 pkcs1.pem
text KEY_ENCRYPTED_PKCS8 encrypted.pem
text KEY_ENCRYPTED_PKCS1 encrypted1.pem
text KEY_SMALL small.pem
text KEY_EC ec.pem
text KEY_PSS pss.pem
text PUBLIC_SPKI public.pem
text PUBLIC_PKCS1 public1.pem
text PUBLIC_SMALL small_public.pem
text PUBLIC_EC ec_public.pem
text CERT_ROOT root.pem
text CERT_EC_ROOT ec_root.pem
text CERT_APP app.pem
text CERT_BY_EC by_ec.pem
echo '/* SHA256withRSA over MESSAGE with the key above. */'
printf '#define MESSAGE "%s"\n#define SIGNATURE \\\n' "$(cat message)"
fold -w 76 signature | sed 's/.*/\t"&" \\/'
printf '\t""\n\n'
printf '#define CERT_ROOT_SERIAL "%s"\n' "$(serial root.pem)"
printf '#define CERT_APP_SERIAL "%s"\n' "$(serial app.pem)"
printf '#define CERT_ROOT_SN "%s"\n' "$(sn root.pem)"
printf '#define CERT_APP_SN "%s"\n' "$(sn app.pem)"
printf '#define CERT_APP_END_MS INT64_C(%s000)\n' "$(date -u -d "$end" +%s)"
echo '/* clang-format on */'
