/* request.h - a request of any method: its public parameters, its signature, and the three ways in
 * which it is handed on.
 *
 * Source: Alipay Open Platform, "API 调用说明", https://opendocs.alipay.com/common/02kf5q, read
 * 2026-11.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

struct alipay_request {
	const char *method;     /* "alipay.trade.query" */
	struct str biz;         /* JSON */
	const char *notify_url; /* NULL or "": not sent */
	const char *return_url;
};

/* A POST to the gateway, `charset` in its query so that the body can be decoded. */
MUST_USE enum err alipay_call_build(const struct channel_versions *versions,
				    const struct alipay_request *request,
				    const struct channel_env *env, struct channel_call *call);

/* The same for a method that says no more than our number of a trade. */
MUST_USE enum err alipay_number_call_build(const struct channel_versions *versions,
					   const char *method, const char *number,
					   const struct channel_env *env,
					   struct channel_call *call);

/* A URL for the payer's browser, and a form that posts the same. */
MUST_USE enum err alipay_redirect_build(const struct channel_versions *versions,
					const struct alipay_request *request,
					const struct channel_env *env,
					struct channel_action *action);

/* The order string for the phone SDK: there is no gateway in it. */
MUST_USE enum err alipay_order_string_build(const struct channel_versions *versions,
					    const struct alipay_request *request,
					    const struct channel_env *env,
					    struct channel_action *action);

/* A number as Alipay takes it: 1-64 letters, digits, '_' and '-'.  ERR_INVALID names `member`. */
MUST_USE enum err alipay_number_check(const char *member, const char *number);

/* What `w` holds, in the arena. */
struct str alipay_json(const struct jout *w, struct arena *a);
