/* wechat.h - the sandbox's WeChat Pay: APIv3, its two merchants and its words.
 *
 * Names begin with wx_ here: wechat_ are those of the other side, in src/channel.
 */
#pragma once

#include "sandbox/platform.h"
#include "sandbox/wechat/keys.h"

extern const struct platform SANDBOX_WECHAT;

/* The merchant behind one of ours. */
const struct wx_merchant *wx_merchant(const struct merchant *m);

/* transaction.c: an order as answers and notices show it, told as being in `status` with `fen` as
 * its amount; and a refund. */
struct jout;
void wx_transaction_write(const struct trade *t, const char *status, int64_t fen, struct jout *w);
void wx_refund_write(const struct refund *r, int64_t fen, struct jout *w);
/* As its notice shows it. */
void wx_refund_told(const struct refund *r, int64_t total, int64_t fen, struct jout *w);

/* notice.c */
const char *wx_notice_url(enum notice_kind kind, const struct trade *t, const struct refund *r);
void wx_notice_name(struct notice *n);
MUST_USE enum err wx_notice_write(const struct notice *n, int64_t now_ms, struct arena *a,
				  struct sending *out);
bool wx_notice_accepts(int status, struct str body);

/* "2018-06-08T10:34:56+08:00" */
enum { WX_TIME_TEXT = 26 };
void wx_time_write(int64_t ms, char out[WX_TIME_TEXT]);
