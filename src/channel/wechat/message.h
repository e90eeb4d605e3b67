/* message.h - the messages, one a file: the request writer and the answer reader of each.
 *
 * Signatures as in struct channel, whose comments say what each does.
 *
 * Source: named in each file.
 */
#pragma once

#include "channel/channel.h"
#include "channel/wechat/config.h"
#include "sys/json.h"

/* create.c: sends the ask to its method's file. */
enum err wechat_create_build(const struct channel_versions *versions,
			     const struct channel_create *ask, const struct channel_env *env,
			     struct channel_call *call, struct channel_action *action);
void wechat_create_read(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct channel_created *created);

/* Opens the object of an order: appid, mchid, description, out_trade_no, amount, each checked. */
enum err wechat_order_write(struct jout *w, const struct channel_config *c, const char *appid,
			    const struct channel_create *ask);

/* As well, for an order that the payer pays later: its end, and where the notice goes. */
enum err wechat_prepay_write(struct jout *w, const struct channel_config *c, const char *appid,
			     const struct channel_create *ask);

/* The one member of an ordering's answer that the payer's side needs; "" with a doubt told. */
const char *wechat_prepay_read(const struct channel_versions *versions, const char *member,
			       const struct channel_reply *reply, const struct channel_env *env,
			       struct channel_answer *answer);

/* create_qr.c create_h5.c create_jsapi.c (mini programs as well) create_app.c create_barcode.c:
 * what differs between the methods. */
enum err wechat_qr_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call);
enum err wechat_h5_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call);
enum err wechat_jsapi_build(const struct channel_versions *versions,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call);
enum err wechat_mini_build(const struct channel_versions *versions,
			   const struct channel_create *ask, const struct channel_env *env,
			   struct channel_call *call);
enum err wechat_app_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_call *call);
enum err wechat_barcode_build(const struct channel_versions *versions,
			      const struct channel_create *ask, const struct channel_env *env,
			      struct channel_call *call);
void wechat_qr_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created);
void wechat_h5_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created);
void wechat_jsapi_read(const struct channel_versions *versions, const struct channel_create *ask,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_created *created);
void wechat_mini_read(const struct channel_versions *versions, const struct channel_create *ask,
		      const struct channel_reply *reply, const struct channel_env *env,
		      struct channel_answer *answer, struct channel_created *created);
void wechat_app_read(const struct channel_versions *versions, const struct channel_create *ask,
		     const struct channel_reply *reply, const struct channel_env *env,
		     struct channel_answer *answer, struct channel_created *created);
void wechat_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_reply *reply, const struct channel_env *env,
			 struct channel_answer *answer, struct channel_created *created);

bool wechat_is_barcode(struct str code);

/* query.c close.c cancel.c refund.c refund_query.c notice.c inspect.c advice.c
 */
enum err wechat_query_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call);
void wechat_query_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade);
enum err wechat_close_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call);
void wechat_close_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade);
enum err wechat_cancel_build(const struct channel_versions *versions, const char *number,
			     const struct channel_env *env, struct channel_call *call);
void wechat_cancel_read(const struct channel_versions *versions, const char *number,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer);
enum err wechat_refund_build(const struct channel_versions *versions,
			     const struct channel_refund_ask *ask, const struct channel_env *env,
			     struct channel_call *call);
void wechat_refund_read(const struct channel_versions *versions,
			const struct channel_refund_ask *ask, const struct channel_reply *reply,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_refund *refund);
enum err wechat_refund_query_build(const struct channel_versions *versions,
				   const struct channel_refund_ask *ask,
				   const struct channel_env *env, struct channel_call *call);
void wechat_refund_query_read(const struct channel_versions *versions,
			      const struct channel_refund_ask *ask,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_refund *refund);
enum err wechat_notice_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct channel_answer *answer, struct channel_notice *notice);
struct channel_acknowledgement wechat_notice_answer(bool accepted);
struct str wechat_inspect(const struct channel_versions *versions,
			  const struct channel_incoming *in, const struct channel_env *env);
const char *wechat_advice(const struct channel_answer *answer);

/* certificates.c */
enum err wechat_certificates_build(const struct channel_versions *versions,
				   const struct channel_env *env, struct channel_call *call);
void wechat_certificates_read(const struct channel_versions *versions,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_certificates *out);
