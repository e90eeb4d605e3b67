#include "kit_inside.h"

#include "base/check.h"
#include "base/codec.h"
#include "base/time.h"
#include "net/client.h"
#include "sandbox/sandbox.h"
#include "scratch.h"
#include "sys/arena.h"
#include "sys/cleanup.h"
#include "sys/crypto.h"
#include "sys/file.h"
#include "wechat_kit.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
	ARENA_BYTES = 64 << 20,
	PARAMS = 24,
	CALL_MS = 60000,
	ANSWER_BYTES = 1 << 20,
	FILE_BYTES = 65536
};

/* JSON that was read, freed at the end. */
struct kept {
	struct kept *next;
	json_t *json;
};

static struct scratch dir;
static struct kept *kept;
static json_error_t json_error; /* of the last text read */
static struct clock *sandbox_clock;
static struct sandbox *sandbox;
static struct net_client *client;
static struct arena *arena;
static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t offset_ms;
static struct net_tls tls; /* of calls; texts are kept */

static void write_offset(void);
static size_t default_params(enum kit_mode mode, const char *method, const char *biz,
			     const char *number, struct kit_param *out);
static const char *number_of(const char *biz);
static const char *string_to_sign(const struct kit_param *params, size_t n);
static const char *form_of(const struct kit_param *params, size_t n);
static struct kit_answer read_answer(enum kit_mode mode, struct kit_http http);

void kit_start(const struct kit_options *options)
{
	struct sandbox_options ask = {
		.listen = "127.0.0.1:0",
		.tls = options->tls,
		.notice_scale = options->notice_scale,
		.clock = clock_system(),
		.rand = rand_system(),
	};

	crypto_start();
	arena = arena_new(ARENA_BYTES);
	dir = scratch_make();
	CHECK(dir.path[0] != '\0');
	if (options->movable_clock) {
		write_offset();
		CHECK(clock_mapped(kit_printf("%s/clock", dir.path), &sandbox_clock) == ERR_OK);
		ask.clock = sandbox_clock;
	}
	ask.out = dir.path;
	if (sandbox_start(&ask, &sandbox) != ERR_OK) {
		printf("Bail out! %s\n", err_text());
		exit(1);
	}
	CHECK(net_client_start(clock_system(), &client) == ERR_OK);
	if (options->tls)
		kit_trust(kit_file("ca.pem"));
	kit_keys_read(dir.path);
	shop_keys_read(dir.path);
	kit_shop_start();
}

void kit_stop(void)
{
	sandbox_stop(sandbox);
	net_client_stop(client);
	kit_shop_stop();
	kit_keys_free();
	shop_keys_free();
	clock_free(sandbox_clock);
	scratch_remove(&dir);
	for (struct kept *k = kept; k; k = k->next)
		json_decref(k->json);
	arena_free(arena);
}

char *kit_printf(const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = kit_room((size_t)n + 1);
	(void)vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	return text;
}

const char *kit_url(void)
{
	return sandbox_url(sandbox);
}

const char *kit_dir(void)
{
	return dir.path;
}

const char *kit_number(void)
{
	static int n;

	return kit_printf("T%d_%d", (int)getpid(), ++n);
}

void kit_pass_ms(int64_t ms)
{
	offset_ms += ms;
	write_offset();
}

int64_t kit_now_ms(void)
{
	return clock_system()->wall_ms(clock_system()) + offset_ms;
}

long kit_fen(const char *yuan)
{
	const char *point = strchr(yuan, '.');

	return point && strlen(point) == 3
		       ? 100 * strtol(yuan, NULL, 10) + strtol(point + 1, NULL, 10)
		       : -1;
}

void *kit_room(size_t n)
{
	void *p;

	pthread_mutex_lock(&arena_lock);
	p = arena_alloc(arena, n);
	pthread_mutex_unlock(&arena_lock);
	return p;
}

const char *kit_keep(struct str s)
{
	char *p = kit_room(s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p;
}

struct kit_http kit_http(const char *path, const char *type, const char *body)
{
	return kit_send(body ? "POST" : "GET", path, type, body, NULL, 0);
}

struct kit_http kit_send(const char *method, const char *path, const char *type, const char *body,
			 const struct net_field *fields, size_t fields_n)
{
	const char *url = strstr(path, "://") ? path : kit_printf("%s%s", kit_url(), path);
	const struct net_ask ask = {
		.method = method,
		.url = url,
		.type = type,
		.body = str_of(body),
		.fields = fields,
		.fields_n = fields_n,
		.reach = REACH_ANY,
		.tls = tls,
		.connect_ms = CALL_MS,
		.total_ms = CALL_MS,
		.answer_max = ANSWER_BYTES,
	};
	CLEANUP(net_got_free) struct net_got got = { 0 };
	struct kit_http http = { .body = "", .headers = "" };

	http.e = net_call(client, &ask, &got);
	http.sent = got.sent;
	if (http.e == ERR_OK) {
		http.status = got.status;
		http.body_n = got.body_n;
		http.body = kit_keep((struct str){ got.body, got.body_n });
		http.headers = kit_keep(str_of(got.headers));
	}
	return http;
}

void kit_show(const char *certificate, const char *key)
{
	tls.certificate = str_of(certificate);
	tls.private_key = str_of(key);
}

void kit_trust(const char *roots)
{
	tls.roots = str_of(roots);
}

const char *kit_file(const char *name)
{
	CLEANUP(text_freep) char *text = NULL;
	size_t n;

	CHECK(file_read(kit_printf("%s/%s", dir.path, name), FILE_BYTES, &text, &n) == ERR_OK);
	return kit_keep((struct str){ text, n });
}

const char *kit_header(struct kit_http got, const char *name)
{
	struct str rest = str_of(got.headers);

	while (rest.n > 0) {
		struct str value, line = str_cut(rest, '\n', &rest);
		struct str field = str_cut(line, ':', &value);

		if (field.n == strlen(name) && strncasecmp(field.p, name, field.n) == 0)
			return kit_keep(str_trim(value));
	}
	return "";
}

const char *kit_order(const char *number, const char *more)
{
	return kit_printf("{\"out_trade_no\":\"%s\",\"total_amount\":\"88.88\","
			  "\"subject\":\"测试 + & = 100%% \\\"}\\\"/\"%s}",
			  number, more);
}

const char *kit_biz(const char *number, const char *more)
{
	return kit_printf("{\"out_trade_no\":\"%s\"%s}", number, more);
}

struct kit_answer kit_call(enum kit_mode mode, const char *method, const char *biz)
{
	return kit_call_with(mode, method, biz, NULL, 0);
}

struct kit_answer kit_call_with(enum kit_mode mode, const char *method, const char *biz,
				const struct kit_param *changes, size_t n)
{
	const char *form = kit_form(mode, method, biz, changes, n);

	return read_answer(mode, kit_http("/gateway.do",
					  "application/x-www-form-urlencoded;charset=utf-8", form));
}

const char *kit_form(enum kit_mode mode, const char *method, const char *biz,
		     const struct kit_param *changes, size_t n)
{
	struct kit_param params[PARAMS];
	size_t count = default_params(mode, method, biz, number_of(biz), params);
	bool signs = true;

	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		signs = signs && strcmp(changes[i].name, "sign") != 0;
		while (at < count && strcmp(params[at].name, changes[i].name) != 0)
			at++;
		CHECK(at < PARAMS - 1);
		params[at] = changes[i];
		count += at == count;
	}
	if (signs) {
		const char *sign = kit_sign(mode, string_to_sign(params, count));

		params[count++] = (struct kit_param){ "sign", sign };
	}
	return form_of(params, count);
}

const char *kit_text(struct kit_answer a, const char *name)
{
	return json_string_value(json_object_get(a.node, name));
}

json_t *kit_json(const char *text)
{
	struct kept *k = kit_room(sizeof(*k));

	k->json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &json_error);
	k->next = kept;
	kept = k;
	return k->json;
}

json_t *kit_control(const char *what, const char *members)
{
	struct kit_http got = kit_http(kit_printf("/sandbox/%s", what), "application/json",
				       kit_printf("{\"channel\":\"alipay\",%s}", members));

	if (got.e != ERR_OK || got.status != 200) {
		printf("# /sandbox/%s: %d %s\n", what, got.status, got.body);
		return NULL;
	}
	return kit_json(got.body);
}

bool kit_pay(const char *number)
{
	return kit_control("pay", kit_printf("\"out_trade_no\":\"%s\"", number)) != NULL;
}

bool kit_fault(const char *number, const char *members)
{
	return kit_control("faults", kit_printf("\"out_trade_no\":\"%s\",%s", number, members)) !=
	       NULL;
}

json_t *kit_trade(const char *number)
{
	struct kit_http got =
		kit_http(kit_printf("/sandbox/trades?out_trade_no=%s", number), NULL, NULL);

	return json_array_get(json_object_get(kit_json(got.body), "trades"), 0);
}

const char *kit_status(const char *number)
{
	const char *status = json_string_value(json_object_get(kit_trade(number), "status"));

	return status ? status : "none";
}

int kit_calls(const char *number, const char *operation)
{
	json_t *calls = json_object_get(kit_trade(number), "calls");

	return (int)json_integer_value(json_object_get(calls, operation));
}

static void write_offset(void)
{
	FILE *f = fopen(kit_printf("%s/clock", dir.path), "r+");

	if (!f)
		f = fopen(kit_printf("%s/clock", dir.path), "w");
	CHECK(f != NULL);
	CHECK(fwrite(&offset_ms, sizeof(offset_ms), 1, f) == 1);
	CHECK(fclose(f) == 0);
}

static size_t default_params(enum kit_mode mode, const char *method, const char *biz,
			     const char *number, struct kit_param *out)
{
	char now[LOCAL_TEXT];
	size_t n = 0;

	china_write(kit_now_ms(), now);
	out[n++] = (struct kit_param){ "app_id", kit_app(mode) };
	out[n++] = (struct kit_param){ "method", kit_printf("alipay.trade.%s", method) };
	out[n++] = (struct kit_param){ "format", "JSON" };
	out[n++] = (struct kit_param){ "charset", "utf-8" };
	out[n++] = (struct kit_param){ "sign_type", "RSA2" };
	out[n++] = (struct kit_param){ "timestamp", kit_printf("%s", now) };
	out[n++] = (struct kit_param){ "version", "1.0" };
	out[n++] = (struct kit_param){ "biz_content", biz };
	out[n++] = (struct kit_param){ "notify_url",
				       kit_printf("%s/notify/%s", kit_shop_url(), number) };
	if (mode == KIT_CERT) {
		out[n++] = (struct kit_param){ "app_cert_sn", kit_gateway_sn(false) };
		out[n++] = (struct kit_param){ "alipay_root_cert_sn", kit_gateway_sn(true) };
	}
	return n;
}

/* "" when there is none: some tests send what is no JSON. */
static const char *number_of(const char *biz)
{
	json_t *root = kit_json(biz ? biz : "");
	const char *number = json_string_value(json_object_get(root, "out_trade_no"));

	return number ? number : "";
}

static const char *string_to_sign(const struct kit_param *params, size_t n)
{
	const struct kit_param *next = NULL;
	const char *text = "", *after = "";

	/* The smallest name above the last one, again and again. */
	do {
		next = NULL;
		for (size_t i = 0; i < n; i++) {
			const struct kit_param *p = &params[i];

			if (p->value && p->value[0] && strcmp(p->name, after) > 0 &&
			    (!next || strcmp(p->name, next->name) < 0))
				next = p;
		}
		if (next) {
			text = kit_printf("%s%s%s=%s", text, text[0] ? "&" : "", next->name,
					  next->value);
			after = next->name;
		}
	} while (next);
	return text;
}

static const char *form_of(const struct kit_param *params, size_t n)
{
	const char *form = "";

	for (size_t i = 0; i < n; i++) {
		char *value;

		if (!params[i].value)
			continue;
		value = kit_room(URL_TEXT(strlen(params[i].value)));
		(void)url_write(str_of(params[i].value), value);
		form = kit_printf("%s%s%s=%s", form, form[0] ? "&" : "", params[i].name, value);
	}
	return form;
}

/* The node is the text between the first ':' and what follows it: the sandbox puts nothing else in
 * front, and a signature or the platform's certificate behind. */
static struct kit_answer read_answer(enum kit_mode mode, struct kit_http http)
{
	struct kit_answer a = { .http = http };
	json_t *root = kit_json(http.body);
	const char *start = strchr(http.body, ':'), *sign;

	if (!root || !start)
		return a;
	a.node = kit_json(start + 1);
	a.raw = kit_keep((struct str){ start + 1, (size_t)json_error.position });
	sign = json_string_value(json_object_get(root, "sign"));
	a.is_signed = sign != NULL;
	a.verified = sign && kit_verify(mode, a.raw, strlen(a.raw), sign);
	return a;
}
