/* kit_qq.c - QQ Wallet's messages: MD5 by OpenSSL, XML by searching for tags. */
#include "kit_qq.h"
#include "kit_inside.h"

#include "base/check.h"

#include <openssl/evp.h>
#include <string.h>

enum { SENT = 40 };

static const char *sign_of(const struct kit_param *members, size_t n);
static const char *between(const char *from, const char *to);

const char *qq_config(const char *name)
{
	return json_string_value(json_object_get(kit_json(kit_file("qq.json")), name));
}

const char *qq_shop_url(void)
{
	return kit_shop_url();
}

struct qq_message qq_call(const char *service, const struct kit_param *members, size_t n)
{
	const char *folder = strstr(service, "statement") ? "sp_download" : "pay";
	struct kit_param sent[SENT] = { { "mch_id", qq_config("mch_id") },
					{ "appid", qq_config("appid") },
					{ "nonce_str", kit_number() } };
	size_t count = 3;

	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < count && strcmp(sent[at].name, members[i].name) != 0)
			at++;
		CHECK(at < SENT - 1);
		sent[at] = members[i];
		count += at == count;
	}
	return qq_post(kit_printf("/cgi-bin/%s/%s.cgi", folder, service), qq_write(sent, count));
}

struct qq_message qq_post(const char *path, const char *body)
{
	struct kit_http http = kit_http(path, "text/xml; charset=utf-8", body);
	struct qq_message m = qq_read(http.body);

	m.http = http;
	return m;
}

const char *qq_write(const struct kit_param *members, size_t n)
{
	const char *text = "<xml>", *sign = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *p = members[i].value, *end;

		if (strcmp(members[i].name, "sign") == 0)
			sign = p ? p : "";
		if (!p || strcmp(members[i].name, "sign") == 0)
			continue;
		text = kit_printf("%s<%s><![CDATA[", text, members[i].name);
		while ((end = strstr(p, "]]>"))) {
			text = kit_printf("%s%.*s]]]]><![CDATA[>", text, (int)(end - p), p);
			p = end + 3;
		}
		text = kit_printf("%s%s]]></%s>", text, p, members[i].name);
	}
	return kit_printf("%s<sign>%s</sign></xml>", text, sign ? sign : sign_of(members, n));
}

/* CDATA only, as the sandbox writes; a value that was split is joined. */
struct qq_message qq_read(const char *body)
{
	struct qq_message m = { 0 };
	const char *p = strstr(body, "<xml>");
	const char *sign = NULL;

	if (!p)
		return m;
	for (p += 5; *p == '<' && p[1] != '/';) {
		const char *name = between(p + 1, ">"), *value = "", *close;

		close = strstr(p, kit_printf("</%s>", name));
		CHECK(close && m.n < QQ_MEMBERS);
		for (p += strlen(name) + 2; p < close;) {
			CHECK(strncmp(p, "<![CDATA[", 9) == 0);
			value = kit_printf("%s%s", value, between(p + 9, "]]>"));
			p = strstr(p, "]]>") + 3;
		}
		p = close + strlen(name) + 3;
		m.members[m.n++] = (struct kit_param){ name, value };
		sign = strcmp(name, "sign") == 0 ? value : sign;
	}
	CHECK(strcmp(p, "</xml>") == 0);
	m.verified = sign && strcmp(sign, sign_of(m.members, m.n)) == 0;
	return m;
}

const char *qq_get(const struct qq_message *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++) {
		if (strcmp(m->members[i].name, name) == 0)
			return m->members[i].value;
	}
	return NULL;
}

const char *qq_result(const struct qq_message *m)
{
	const char *code = qq_get(m, "err_code"), *said = qq_get(m, "return_msg");

	if (!m->verified)
		return kit_printf("unsigned: %s", said ? said : "");
	return code ? code : qq_get(m, "result_code");
}

const char *qq_md5(const char *text)
{
	unsigned char digest[16];
	char hex[33] = "";

	CHECK(EVP_Digest(text, strlen(text), digest, NULL, EVP_md5(), NULL) == 1);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return kit_printf("%s", hex);
}

bool qq_pay(const char *number)
{
	return kit_http("/sandbox/pay", "application/json",
			kit_printf("{\"channel\":\"qq\",\"out_trade_no\":\"%s\"}", number))
		       .status == 200;
}

bool qq_fault(const char *number, const char *members)
{
	return kit_http("/sandbox/faults", "application/json",
			kit_printf("{\"channel\":\"qq\",\"out_trade_no\":\"%s\",%s}", number,
				   members))
		       .status == 200;
}

static const char *sign_of(const struct kit_param *members, size_t n)
{
	const char *text = "", *after = "";
	const struct kit_param *next;
	char *sign;

	/* The smallest name above the last one, again and again. */
	do {
		next = NULL;
		for (size_t i = 0; i < n; i++) {
			const struct kit_param *p = &members[i];

			if (p->value && p->value[0] && strcmp(p->name, "sign") != 0 &&
			    strcmp(p->name, after) > 0 &&
			    (!next || strcmp(p->name, next->name) < 0))
				next = p;
		}
		if (next) {
			text = kit_printf("%s%s=%s&", text, next->name, next->value);
			after = next->name;
		}
	} while (next);
	sign = kit_printf("%s", qq_md5(kit_printf("%skey=%s", text, qq_config("api_key"))));
	for (char *p = sign; *p; p++)
		*p = (char)(*p >= 'a' ? *p - 0x20 : *p);
	return sign;
}

static const char *between(const char *from, const char *to)
{
	const char *end = strstr(from, to);

	CHECK(end);
	return kit_printf("%.*s", (int)(end - from), from);
}
