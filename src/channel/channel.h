/* channel.h - what every channel offers: it builds requests and reads answers.  No I/O, no clock.
 *
 * A use case asks a channel to build a call, sends it through net, and lets the channel read what
 * came back.  Nothing here decides what happens to an order.
 *
 * Every reader ends in one of four verdicts.  UNKNOWN is not failure: the money may have moved, and
 * only a query or the same call repeated under the same number can settle it.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "sys/arena.h"
#include "sys/rand.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHANNEL_NUMBER_MAX = 64,
	CHANNEL_PAYER_MAX = 128,
	CHANNEL_VERSIONS_MAX = 4,
	CHANNEL_CERTIFICATES_MAX = 8,
	CHANNEL_SERIAL_MAX = 64
};

enum verdict {
	VERDICT_DONE,    /* the channel did it; always signed */
	VERDICT_REFUSED, /* it did not and will not: signed, or turned away at the door before
			  * anything was looked at (bad key, no permission) */
	VERDICT_LATER,   /* not now (rate limit, balance): again under the same number */
	VERDICT_UNKNOWN  /* no answer, an unsigned or unverifiable one, or one that does not tell */
};

/* What the payer's side needs after a payment was begun. */
enum action_type {
	ACTION_NONE,     /* paid, failed or pending: nothing to show */
	ACTION_REDIRECT, /* `redirect` (a URL) and `form` (HTML that posts itself) */
	ACTION_QRCODE,   /* text to draw as a QR code */
	ACTION_JSAPI,    /* JSON for the page's or mini program's payment call */
	ACTION_APP       /* text or JSON for the phone SDK */
};

/* "none" "redirect" "qrcode" "jsapi" "app" */
const char *action_name(enum action_type type);

struct channel_action {
	enum action_type type;
	struct str value; /* the URL, code, order string or JSON */
	struct str form;  /* ACTION_REDIRECT only */
};

/* One payment method of a channel. */
struct channel_method {
	const char *name; /* "alipay.qr" */
	enum action_type action;
	bool calls; /* false: built here without a call (page, wap, app) */
	bool needs_openid, needs_auth_code, needs_client_ip;
	bool at_once; /* a barcode: the create call itself takes the money */
	int64_t expiry_min_ms, expiry_max_ms; /* how long an attempt may live */
	/* at_once: while the payer is asked for a password, a query every query_every_ms until
	 * wait_ms after it began; then it is cancelled, but never sooner than cancel_gap_ms. */
	int64_t query_every_ms, wait_ms, cancel_gap_ms;
};

struct channel_caps {
	const char *name; /* "alipay" */
	const char *title, *title_en;
	const char *barcodes; /* for people: "18 digits that begin with 10 to 15"; "" if none */
	size_t subject_max;   /* bytes; longer subjects are cut at a whole character */
	int64_t refund_window_ms;
	int64_t refund_gap_ms;   /* between two refunds of one trade */
	int64_t refund_query_ms; /* a refund's first query not before this */
	int64_t close_gap_ms;    /* a close not sooner than this after the payment began */
	const struct channel_method *methods;
	size_t methods_n;
};

/* The keys of one version of a channel account, read and checked; made by config_read. */
struct channel_config;

/* A channel account's versions that are not retired, newest first.  config[0] builds and signs;
 * what comes in is checked with the version that its serial names, else with each in turn. */
struct channel_versions {
	const struct channel_config *config[CHANNEL_VERSIONS_MAX];
	size_t n;
};

/* What a channel may use of the world.  What it makes lives in the arena: 1 MiB is enough for any
 * call and any body of 64 KiB, 4 MiB for inspect. */
struct channel_env {
	struct arena *arena;
	struct rand *rand; /* nonces */
	int64_t now_ms;    /* what is signed, and how fresh an answer is */
};

/* An HTTP call to make; all memory in the arena given. */
struct channel_field {
	const char *name;
	struct str value;
};

/* Whom a call over TLS trusts instead of the system's roots, and what it shows of itself: PEM texts
 * that live as long as the configuration, "" if none.  private_key is a secret. */
struct channel_tls {
	struct str roots, certificate, private_key;
};

struct channel_call {
	const char *method; /* "GET" "POST" */
	const char *url;
	const char *backup_url; /* asked when nothing of the request could be sent; NULL: none */
	struct channel_tls tls;
	const char *type; /* NULL: no body */
	struct str body;
	struct channel_field fields[6];
	size_t fields_n;
};

/* What came back: ERR_OK and an HTTP answer, or how the call failed. */
struct channel_reply {
	enum err call; /* ERR_OK, or what net_call returned */
	int status;
	struct str body;
	const char *headers; /* lines as they came, "" if none */
};

/* Why, for logs, the call log and operators; never a secret. */
struct channel_answer {
	enum verdict verdict;
	char code[64];   /* the channel's own code, e.g. "ACQ.TRADE_NOT_EXIST"; "" if none */
	char text[160];  /* one line */
	int key_version; /* which of the versions given verified it, from 1; 0 if none */
	bool query_now;  /* with UNKNOWN: it answered that the number is used, paid or closed; a
			  * query  will tell which, so ask at once */
};

struct channel_create {
	const struct channel_method *method;
	const char *number; /* ours, the channel's out_trade_no */
	int64_t fen;        /* > 0 */
	const char *subject;
	const char *openid, *auth_code, *client_ip; /* "" if none */
	const char *notify_url;                     /* "" without a public address */
	const char *return_url;                     /* "" if none */
	int64_t expires_at_ms;                      /* the channel is told */
};

/* What a channel says of a trade. */
enum trade_state {
	TRADE_ABSENT,  /* it knows no trade of this number (a payer may still make one) */
	TRADE_WAITING, /* open, unpaid */
	TRADE_PAID,
	TRADE_CLOSED /* unpaid and closed; or, when paid_at_ms is set, paid and refunded in full */
};
struct channel_trade {
	enum trade_state state;
	char number[CHANNEL_NUMBER_MAX + 1];   /* ours */
	char trade_no[CHANNEL_NUMBER_MAX + 1]; /* the channel's; "" when ABSENT */
	int64_t fen;                           /* what was to pay, 0 if not said */
	int64_t payer_fen, settle_fen;         /* -1 if not said */
	int64_t refunded_fen;                  /* -1 if not said */
	int64_t paid_at_ms;                    /* the channel's time; 0 if not said */
	char payer[CHANNEL_PAYER_MAX + 1];     /* "" if not said */
};

struct channel_created {
	struct channel_action action;
	struct channel_trade trade;
};

struct channel_refund_ask {
	const char *number, *trade_no;
	const char *refund_number; /* ours, the channel's out_request_no */
	int64_t fen, total_fen;    /* of this refund; of the payment */
	const char *note;          /* "" if none */
	const char *notify_url;    /* "" if none */
};
enum channel_refund_state {
	CHANNEL_REFUND_DONE,
	CHANNEL_REFUND_PENDING, /* accepted, not final */
	CHANNEL_REFUND_ABSENT,  /* it knows no refund of this number (yet) */
	CHANNEL_REFUND_FAILED,
	CHANNEL_REFUND_ABNORMAL /* needs an operator */
};
struct channel_refund {
	enum channel_refund_state state;
	int64_t fen;                            /* of this refund; 0 if not said */
	char refund_no[CHANNEL_NUMBER_MAX + 1]; /* the channel's own number; "" if it has none */
	int64_t at_ms;                          /* 0 if not said */
};

/* A request that came to /notify or /return, as it arrived. */
struct channel_incoming {
	struct str body, query;
	struct str type; /* Content-Type */
	/* a header field by name, "" if absent; *twice when it came more than once */
	struct str (*header)(const void *self, const char *name, bool *twice);
	const void *self;
};
struct channel_notice {
	enum { NOTICE_TRADE, NOTICE_REFUND, NOTICE_OTHER } kind;
	struct channel_trade trade;   /* NOTICE_TRADE, and NOTICE_REFUND as far as said */
	struct channel_refund refund; /* NOTICE_REFUND; PENDING when only a query tells */
	char refund_number[CHANNEL_NUMBER_MAX + 1];
	char notice_id[129];
};
struct channel_acknowledgement {
	int status;
	const char *type;
	struct str body;
};

/* Certificates under which a platform signs, as it hands them out: public data. */
struct channel_certificate {
	char serial[CHANNEL_SERIAL_MAX + 1];
	struct str pem; /* in the arena */
	int64_t from_ms, expires_ms;
};
struct channel_certificates {
	struct channel_certificate at[CHANNEL_CERTIFICATES_MAX];
	size_t n;
};

/* A channel.  Every `build` function signs with versions->config[0], puts what it makes into the
 * arena and fails only with ERR_INVALID (a field the channel cannot carry, named), ERR_CONFIG (a
 * gateway that this merchant may not call) or ERR_CRYPTO.  Every `read` function always gives an
 * answer: what cannot be understood is VERDICT_UNKNOWN.  All functions may be called from any
 * thread. */
struct channel {
	struct channel_caps caps;

	/* Reads and checks a configuration (a JSON object, see docs/channels.md).  Hosts are the
	 * vendor's for a live merchant and never for a test merchant; plain http only for loopback.
	 * ERR_CONFIG with the member named.  now_ms 0 does not look at the end of certificates: for
	 * a configuration that was accepted before.  `identity` gets what never changes: the app id
	 * or merchant number.  Free with config_free (NULL-safe; wipes). */
	enum err (*config_read)(struct str json, bool livemode, int64_t now_ms, char identity[33],
				struct channel_config **out);
	void (*config_free)(struct channel_config *c);
	/* When the earliest of its certificates ends, ms; 0 if it has none. */
	int64_t (*config_expires_ms)(const struct channel_config *c);

	/* True for a payer's code of this platform, by its length and first digits. */
	bool (*is_barcode)(struct str code);

	/* What an operator can do about an answer that is not the expected one: a sentence, "" when
	 * there is nothing to say. */
	const char *(*advice)(const struct channel_answer *answer);

	/* The platform's certificates change while a configuration stays: they are fetched and kept
	 * beside it.  All three are NULL where a platform has none to hand out; wanted() is false
	 * for a configuration that verifies by a public key alone. */
	bool (*certificates_wanted)(const struct channel_config *c);
	enum err (*certificates_build)(const struct channel_versions *versions,
				       const struct channel_env *env, struct channel_call *call);
	/* DONE: *out has them, each checked; the answer is verified by one that the configuration
	 * knows, or by one that it brings: only the platform can have sealed these. */
	void (*certificates_read)(const struct channel_versions *versions,
				  const struct channel_reply *reply, const struct channel_env *env,
				  struct channel_answer *answer, struct channel_certificates *out);
	/* Adds one to a configuration that nobody shares yet.  ERR_CONFIG: not a certificate. */
	enum err (*certificate_add)(struct channel_config *c, struct str pem);

	/* Begins a payment.  When ask->method->calls is false the action is made at once and there
	 * is no call. */
	enum err (*create_build)(const struct channel_versions *versions,
				 const struct channel_create *ask, const struct channel_env *env,
				 struct channel_call *call, struct channel_action *action);
	/* DONE: the action is there, or for an at_once method trade.state is PAID.  UNKNOWN with
	 * trade.state WAITING: the payer was asked for a password. */
	void (*create_read)(const struct channel_versions *versions,
			    const struct channel_create *ask, const struct channel_reply *reply,
			    const struct channel_env *env, struct channel_answer *answer,
			    struct channel_created *created);

	enum err (*query_build)(const struct channel_versions *versions, const char *number,
				const struct channel_env *env, struct channel_call *call);
	/* DONE: *trade tells (ABSENT too).  Never REFUSED. */
	void (*query_read)(const struct channel_versions *versions, const char *number,
			   const struct channel_reply *reply, const struct channel_env *env,
			   struct channel_answer *answer, struct channel_trade *trade);

	enum err (*close_build)(const struct channel_versions *versions, const char *number,
				const struct channel_env *env, struct channel_call *call);
	/* DONE: trade->state is CLOSED, ABSENT (nothing to close; its QR code or page may still be
	 * used until its end) or PAID.  UNKNOWN with query_now: too late to close. */
	void (*close_read)(const struct channel_versions *versions, const char *number,
			   const struct channel_reply *reply, const struct channel_env *env,
			   struct channel_answer *answer, struct channel_trade *trade);

	/* Cancels (reverses) an at_once payment: closes it, or gives the money back. */
	enum err (*cancel_build)(const struct channel_versions *versions, const char *number,
				 const struct channel_env *env, struct channel_call *call);
	/* DONE: nothing is owed any more.  LATER or UNKNOWN: again under the same number. */
	void (*cancel_read)(const struct channel_versions *versions, const char *number,
			    const struct channel_reply *reply, const struct channel_env *env,
			    struct channel_answer *answer);

	enum err (*refund_build)(const struct channel_versions *versions,
				 const struct channel_refund_ask *ask,
				 const struct channel_env *env, struct channel_call *call);
	/* DONE: refund->state is DONE or PENDING.  REFUSED stands only if a query after it finds
	 * nothing. */
	void (*refund_read)(const struct channel_versions *versions,
			    const struct channel_refund_ask *ask, const struct channel_reply *reply,
			    const struct channel_env *env, struct channel_answer *answer,
			    struct channel_refund *refund);

	enum err (*refund_query_build)(const struct channel_versions *versions,
				       const struct channel_refund_ask *ask,
				       const struct channel_env *env, struct channel_call *call);
	/* DONE: *refund tells (ABSENT too).  Never REFUSED. */
	void (*refund_query_read)(const struct channel_versions *versions,
				  const struct channel_refund_ask *ask,
				  const struct channel_reply *reply, const struct channel_env *env,
				  struct channel_answer *answer, struct channel_refund *refund);

	/* Verifies a notice over exactly what the platform signs and then interprets it.
	 * ERR_SIGNATURE (no key fits, or it is not signed), ERR_NOTICE (verified, but of another
	 * app or seller, or without sense), ERR_INVALID (not a notice). */
	enum err (*notice_read)(const struct channel_versions *versions,
				const struct channel_incoming *in, const struct channel_env *env,
				struct channel_answer *answer, struct channel_notice *notice);
	/* What the platform must get: accepted, or an answer that makes it try again. */
	struct channel_acknowledgement (*notice_answer)(bool accepted);

	/* The browser's return: verifies, and gives our number.  Display only, never state.  Errors
	 * as notice_read.  NULL where a platform signs none: its browsers go straight to the shop.
	 */
	enum err (*return_read)(const struct channel_versions *versions,
				const struct channel_incoming *in, const struct channel_env *env,
				char number[CHANNEL_NUMBER_MAX + 1]);

	/* Explains offline why an answer, a notice or a return is accepted or refused: a JSON
	 * object
	 * {"verdict":"verified|rejected","reason","content"} in the arena.  Never shows a secret.
	 */
	struct str (*inspect)(const struct channel_versions *versions,
			      const struct channel_incoming *in, const struct channel_env *env);
};

/* The method by name, or NULL. */
const struct channel_method *channel_method_find(const struct channel *ch, struct str name);

/* --- for the channels --- */

/* What the channel said: its code, and its text as one line, both cut. */
void channel_says(struct channel_answer *answer, const char *code, const char *text);

/* Makes *answer UNKNOWN and says why. */
void channel_doubt(struct channel_answer *answer, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A trade of which nothing was said yet. */
struct channel_trade channel_trade_unknown(void);
