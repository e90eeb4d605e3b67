/* message.h - the messages, one a file: the request writer and the answer reader of each.
 *
 * Signatures as in struct channel, whose comments say what each does.
 *
 * Source: named in each file.
 */
#pragma once

#include "channel/channel.h"
#include "sys/json.h"

/* create.c: sends the ask to its method's file. */
enum err alipay_create_build(const struct channel_versions *versions,
			     const struct channel_create *ask, const struct channel_env *env,
			     struct channel_call *call, struct channel_action *action);
void alipay_create_read(const struct channel_versions *versions, const struct channel_create *ask,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer, struct channel_created *created);

/* What every order says, checked: number, amount, subject, product, end.  Leaves the object open.
 */
enum err alipay_order_write(struct jout *w, const struct channel_create *ask, const char *product);

/* create_page.c create_wap.c create_app.c: made here, nothing is called. */
enum err alipay_page_build(const struct channel_versions *versions,
			   const struct channel_create *ask, const struct channel_env *env,
			   struct channel_action *action);
enum err alipay_wap_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_action *action);
enum err alipay_app_build(const struct channel_versions *versions, const struct channel_create *ask,
			  const struct channel_env *env, struct channel_action *action);

/* create_jsapi.c create_qr.c create_barcode.c */
enum err alipay_jsapi_build(const struct channel_versions *versions,
			    const struct channel_create *ask, const struct channel_env *env,
			    struct channel_call *call);
void alipay_jsapi_read(const struct channel_versions *versions, const struct channel_create *ask,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_created *created);
enum err alipay_qr_build(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_env *env, struct channel_call *call);
void alipay_qr_read(const struct channel_versions *versions, const struct channel_create *ask,
		    const struct channel_reply *reply, const struct channel_env *env,
		    struct channel_answer *answer, struct channel_created *created);
enum err alipay_barcode_build(const struct channel_versions *versions,
			      const struct channel_create *ask, const struct channel_env *env,
			      struct channel_call *call);
void alipay_barcode_read(const struct channel_versions *versions, const struct channel_create *ask,
			 const struct channel_reply *reply, const struct channel_env *env,
			 struct channel_answer *answer, struct channel_created *created);

bool alipay_is_barcode(struct str code);

/* query.c close.c cancel.c refund.c refund_query.c notice.c return.c inspect.c */
enum err alipay_query_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call);
void alipay_query_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade);
enum err alipay_close_build(const struct channel_versions *versions, const char *number,
			    const struct channel_env *env, struct channel_call *call);
void alipay_close_read(const struct channel_versions *versions, const char *number,
		       const struct channel_reply *reply, const struct channel_env *env,
		       struct channel_answer *answer, struct channel_trade *trade);
enum err alipay_cancel_build(const struct channel_versions *versions, const char *number,
			     const struct channel_env *env, struct channel_call *call);
void alipay_cancel_read(const struct channel_versions *versions, const char *number,
			const struct channel_reply *reply, const struct channel_env *env,
			struct channel_answer *answer);
enum err alipay_refund_build(const struct channel_versions *versions,
			     const struct channel_refund_ask *ask, const struct channel_env *env,
			     struct channel_call *call);
void alipay_refund_read(const struct channel_versions *versions,
			const struct channel_refund_ask *ask, const struct channel_reply *reply,
			const struct channel_env *env, struct channel_answer *answer,
			struct channel_refund *refund);
enum err alipay_refund_query_build(const struct channel_versions *versions,
				   const struct channel_refund_ask *ask,
				   const struct channel_env *env, struct channel_call *call);
void alipay_refund_query_read(const struct channel_versions *versions,
			      const struct channel_refund_ask *ask,
			      const struct channel_reply *reply, const struct channel_env *env,
			      struct channel_answer *answer, struct channel_refund *refund);
enum err alipay_notice_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    struct channel_answer *answer, struct channel_notice *notice);
struct channel_acknowledgement alipay_notice_answer(bool accepted);
enum err alipay_return_read(const struct channel_versions *versions,
			    const struct channel_incoming *in, const struct channel_env *env,
			    char number[CHANNEL_NUMBER_MAX + 1]);
/* advice.c */
const char *alipay_advice(const struct channel_answer *answer);

struct str alipay_inspect(const struct channel_versions *versions,
			  const struct channel_incoming *in, const struct channel_env *env);
