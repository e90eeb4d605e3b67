/* answer.h - an answer of the platform: whether its signature fits, and what its code means.
 *
 * Once the platform has verified the request it signs what it answers, errors too; an unsigned
 * success is a forgery, an unsigned error comes from the door.
 *
 * Source: WeChat Pay, "签名",
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/wechatpay/wechatpay3_3.shtml, and "基本规则",
 * https://pay.weixin.qq.com/wiki/doc/apiv3/wechatpay/wechatpay2_0.shtml, read 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "channel/wechat/codes.h"
#include "sys/json.h"

/* What a call asked. */
struct wechat_asked {
	enum wechat_kind kind;
	int done; /* the status of success: 200, or 204 without a body */
};

struct wechat_answer {
	struct str body; /* to be read with jin */
	bool verified;   /* by answer->key_version */
	char code[64];   /* of an error, without "_" */
};

/* Reads an answer as far as all answers are alike and fills *answer: DONE for a verified success,
 * else what the code tells.  A signature that is there must fit, whatever the answer says. */
void wechat_answer_read(const struct channel_versions *versions, const struct wechat_asked *asked,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct wechat_answer *out);

/* A verified error with this code ("ORDERNOTEXIST"). */
bool wechat_answer_is(const struct wechat_answer *in, const char *code);

/* An error of a signature or of decoding: UNKNOWN, with a code that advice knows. */
void wechat_doubt(struct channel_answer *answer, const char *code);
