/* json.h - reading untrusted JSON and writing answers, both sticky: the first fault is remembered,
 * later calls do nothing, one check at the end.
 *
 * Reading goes over jansson with duplicates refused; depth is limited to 32 and checked before
 * parsing; numbers must be integers as written (1.0 and 1e3 are refused); unknown keys are refused
 * by jin_done().  Faults carry the path of the value, e.g. "wallets[0].amount".
 *
 *   struct jin r;
 *   jin_open(&r, body);
 *   jin_text(&r, "subject", JIN_NEEDED, ask->subject, sizeof(ask->subject));
 *   jin_integer(&r, "amount", JIN_NEEDED, 1, AMOUNT_MAX, &ask->amount);
 *   TRY(jin_done(&r));
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 32, JIN_KEYS_MAX = 64 };

enum jin_need { JIN_NEEDED, JIN_OPTIONAL };

struct jin {
	void *root;     /* json_t, owned by the outermost reader */
	void *here;     /* the object being read */
	struct jin *up; /* the reader this one was entered from */
	char path[72];  /* of `here`; "" at the root */
	uint64_t seen;  /* which members were asked for, by position */
	bool loose;     /* unread members are not refused */
	struct outcome fault;
};

/* Parses one JSON object.  Never fails by itself: see jin_done. */
void jin_open(struct jin *r, struct str body);

/* Each reads one member of the present object into *out and leaves *out alone when the member is
 * absent and optional, or after a fault.  null counts as absent only where JIN_OPTIONAL. */
void jin_integer(struct jin *r, const char *key, enum jin_need need, int64_t lo, int64_t hi,
		 int64_t *out);
void jin_bool(struct jin *r, const char *key, enum jin_need need, bool *out);

/* Text of well-formed UTF-8 without control characters other than \t \n \r, lo..cap-1 bytes. */
void jin_text(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap);

/* As jin_text, and every byte one of `allowed`, at least one. */
void jin_word(struct jin *r, const char *key, enum jin_need need, const char *allowed, char *out,
	      size_t cap);

/* The member as compact JSON text (any type but a real anywhere inside), for `metadata` and `args`:
 * must be an object of at most cap-1 bytes when written. */
void jin_object_text(struct jin *r, const char *key, enum jin_need need, char *out, size_t cap);

/* True when the member is there (and not null). */
bool jin_has(struct jin *r, const char *key);

/* Enters an object member: `in` reads it and must be ended by jin_leave.  False (nothing entered)
 * when it is absent and optional, or after a fault. */
bool jin_enter(struct jin *r, const char *key, enum jin_need need, struct jin *in);

/* The number of elements of an array member, lo..hi; 0 when absent and optional, or after a fault.
 */
size_t jin_array(struct jin *r, const char *key, enum jin_need need, size_t lo, size_t hi);

/* Enters element i (an object) of an array member counted by jin_array. */
bool jin_enter_at(struct jin *r, const char *key, size_t i, struct jin *in);

/* Element i of an array member as text, as jin_text. */
void jin_text_at(struct jin *r, const char *key, size_t i, char *out, size_t cap);

/* Refuses unknown members of the entered object and hands its fault up. */
void jin_leave(struct jin *in);

/* A fault found by the caller's own rule, at the member `key` of the present object. */
void jin_fault(struct jin *r, enum err e, const char *key, const char *text);

/* For answers of other systems, which may grow members: what was not read is not refused. */
void jin_allow_unknown(struct jin *r);

/* Ends reading and frees.  ERR_JSON for text that is not a JSON object, ERR_INVALID,
 * ERR_AMOUNT_RANGE (an integer member out of lo..hi, or not an integer) or a caller's fault. */
MUST_USE enum err jin_done(struct jin *r);

/* --- writing --- */

/* A growing, NUL-ended text.  Limited to 16 MiB (CHECKed). */
struct jout {
	char *p;
	size_t n, cap;
	bool comma; /* the next member needs one */
};

void jout_open(struct jout *w);             /* an empty text */
void jout_free(struct jout *w);             /* NULL-safe; for CLEANUP of what was opened at once */
void jout_reset(struct jout *w);            /* empties, keeps the memory */
char *jout_take(struct jout *w, size_t *n); /* the caller frees */

/* key NULL inside an array or at the root. */
void jout_object(struct jout *w, const char *key);
void jout_object_end(struct jout *w);
void jout_array(struct jout *w, const char *key);
void jout_array_end(struct jout *w);
void jout_text(struct jout *w, const char *key, const char *value); /* NULL writes null */
void jout_str(struct jout *w, const char *key, struct str value);
void jout_integer(struct jout *w, const char *key, int64_t value);
void jout_bool(struct jout *w, const char *key, bool value);
void jout_null(struct jout *w, const char *key);
void jout_raw(struct jout *w, const char *key, struct str json); /* already JSON */
void jout_id(struct jout *w, const char *key, int kind,
	     int64_t id);                                    /* enum id_kind; 0 writes null */
void jout_time(struct jout *w, const char *key, int64_t ms); /* RFC 3339; 0 writes null */
