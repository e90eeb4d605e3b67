/* html.h - the frame of the sandbox's pages: Chinese and English, no script, nothing from outside.
 */
#pragma once

#include "base/str.h"
#include "sandbox/text.h"
#include "sandbox/trade.h"

/* Everything up to the content.  refresh_s: load the page again after so many seconds; 0: never. */
void html_open(struct text *out, const char *title, int refresh_s);

void html_close(struct text *out);

/* A whole page that says why a browser's request was refused. */
void html_error(struct text *out, const char *code, struct str text);

/* "¥ 88.88" */
void html_yuan(struct text *out, int64_t fen);

/* A time in UTC+8; "–" for 0. */
void html_time(struct text *out, int64_t ms);

/* The trade's state as a coloured word in both languages. */
void html_state(struct text *out, const struct trade *t);
