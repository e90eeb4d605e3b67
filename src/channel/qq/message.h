/* message.h - the messages, one a file: the request writer and the answer reader of each.
 *
 * Signatures as in struct channel, whose comments say what each does.
 *
 * Source: named in each file.
 */
#pragma once

#include "channel/channel.h"
#include "channel/qq/request.h"

/* create.c: by method, to one of the two orders. */
enum err qq_create_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call,
			 struct channel_action *action);
void qq_create_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created);

/* What every order says, checked: number, amount, subject, address of the payer, of notices. */
MUST_USE enum err qq_order_add(struct qq_request *r, const struct channel_create *ask,
			       struct arena *a);

/* create_order.c: qq.qr, qq.jsapi and qq.app, by trade_type. */
enum err qq_order_build(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_env *env, struct channel_call *call);
void qq_order_read(const struct channel_versions *versions, const struct channel_create *ask,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_created *created);

/* pay_call.c: what the page or the phone app hands to QQ, for an order that has a prepay_id. */
struct str qq_jsapi_call(const struct channel_config *c, struct str prepay_id, struct arena *a);
struct str qq_app_call(const struct channel_config *c, struct str prepay_id, const char *nonce,
		       int64_t now_ms, struct arena *a);

/* create_barcode.c */
enum err qq_barcode_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call);
void qq_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created);

bool qq_is_barcode(struct str code);

/* query.c close.c cancel.c refund.c refund_query.c notice.c inspect.c */
enum err qq_query_build(const struct channel_versions *versions, const char *number,
			const struct channel_env *env, struct channel_call *call);
void qq_query_read(const struct channel_versions *versions, const char *number,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_trade *trade);
enum err qq_close_build(const struct channel_versions *versions, const char *number,
			const struct channel_env *env, struct channel_call *call);
void qq_close_read(const struct channel_versions *versions, const char *number,
		   const struct channel_reply *reply, const struct channel_env *env,
		   struct channel_answer *answer, struct channel_trade *trade);
enum err qq_cancel_build(const struct channel_versions *versions, const char *number,
			 const struct channel_env *env, struct channel_call *call);
void qq_cancel_read(const struct channel_versions *versions, const char *number,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer);
enum err qq_refund_build(const struct channel_versions *versions,
			 const struct channel_refund_ask *ask, const struct channel_env *env,
			 struct channel_call *call);
void qq_refund_read(const struct channel_versions *versions, const struct channel_refund_ask *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_refund *refund);
enum err qq_refund_query_build(const struct channel_versions *versions,
			       const struct channel_refund_ask *ask, const struct channel_env *env,
			       struct channel_call *call);
void qq_refund_query_read(const struct channel_versions *versions,
			  const struct channel_refund_ask *ask, const struct channel_reply *reply,
			  const struct channel_env *env, struct channel_answer *answer,
			  struct channel_refund *refund);
enum err qq_notice_read(const struct channel_versions *versions, const struct channel_incoming *in,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_notice *notice);
struct channel_acknowledgement qq_notice_answer(bool accepted);
struct str qq_inspect(const struct channel_versions *versions, const struct channel_incoming *in,
		      const struct channel_env *env);

/* advice.c */
const char *qq_advice(const struct channel_answer *answer);
