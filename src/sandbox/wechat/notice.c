/* notice.c - WeChat Pay's notices: JSON with an encrypted resource, signed, repeated fifteen times
 * in a day until it is answered 200 or 204.
 *
 * Source: pay.weixin.qq.com, APIv3, "payment notice", "refund notice"; see docs/sandbox.md.
 */
#include "base/time.h"
#include "sandbox/wechat/sign.h"
#include "sandbox/wechat/wechat.h"
#include "sys/cleanup.h"
#include "sys/json.h"

#include <inttypes.h>
#include <stdio.h>

/* What a notice is about, and its plain text. */
struct news {
	const char *event, *summary, *about;
	struct jout plain;
};

static void write_news(const struct notice *n, struct news *news);
static enum err write_body(const struct notice *n, const struct news *news, struct arena *a,
			   struct text *out);

const char *wx_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r)
{
	switch (kind) {
	case NOTICE_PAID:
		return t->notify_url;
	case NOTICE_REFUNDED:
		return r->notify_url;
	case NOTICE_CLOSED: /* nobody is told */
		break;
	}
	return "";
}

void wx_notice_name(struct notice *n)
{
	(void)snprintf(n->id, sizeof(n->id), "EV-%08" PRId32 "%06" PRIu32 "%09" PRIu64,
		       china_date(n->made_ms), n->s->trades.start,
		       n->s->notices_made % UINT64_C(1000000000));
}

enum err wx_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
			 struct sending *out)
{
	struct sandbox *s = n->s;
	struct wx_stamp stamp = { .rand = s->rand, .now_ms = now_ms, .spoilt = n->spoilt };
	struct news news;
	enum err e;

	pthread_mutex_lock(&s->lock);
	stamp.signer = wx_signer_for(s->wechat, wx_merchant(n->trade->merchant), STR(""));
	pthread_mutex_unlock(&s->lock);
	write_news(n, &news);
	e = write_body(n, &news, a, &out->body);
	jout_free(&news.plain);
	out->type = "application/json";
	TRY(e);
	return wx_stamp_write(&stamp, text_str(&out->body), a, out->fields, &out->fields_n);
}

bool wx_notice_accepts(int status, struct str body)
{
	(void)body;
	return status == 200 || status == 204;
}

static void write_news(const struct notice *n, struct news *news)
{
	jout_open(&news->plain);
	if (n->kind == NOTICE_REFUNDED) {
		news->event = n->refund->abnormal ? "REFUND.ABNORMAL" : "REFUND.SUCCESS";
		news->summary = n->refund->abnormal ? "退款异常" : "退款成功";
		news->about = "refund";
		wx_refund_told(n->refund, n->trade->fen, n->refund_fen, &news->plain);
	} else {
		news->event = "TRANSACTION.SUCCESS";
		news->summary = "支付成功";
		news->about = "transaction";
		wx_transaction_write(n->trade, n->status, n->fen, &news->plain);
	}
}

static enum err write_body(const struct notice *n, const struct news *news, struct arena *a,
			   struct text *out)
{
	const struct str plain = { news->plain.p, news->plain.n };
	CLEANUP(jout_free) struct jout w;
	struct wx_sealed sealed;
	char at[WX_TIME_TEXT];

	TRY(wx_seal(wx_merchant(n->trade->merchant), n->s->rand, news->about, plain, a, &sealed));
	wx_time_write(n->made_ms, at);
	jout_open(&w);
	jout_object(&w, NULL);
	jout_text(&w, "id", n->id);
	jout_text(&w, "create_time", at);
	jout_text(&w, "resource_type", "encrypt-resource");
	jout_text(&w, "event_type", news->event);
	jout_text(&w, "summary", news->summary);
	jout_object(&w, "resource");
	jout_text(&w, "original_type", news->about);
	jout_text(&w, "algorithm", "AEAD_AES_256_GCM");
	jout_text(&w, "ciphertext", sealed.ciphertext);
	jout_text(&w, "associated_data", news->about);
	jout_text(&w, "nonce", sealed.nonce);
	jout_object_end(&w);
	jout_object_end(&w);
	text_add(out, (struct str){ w.p, w.n });
	return ERR_OK;
}
