/* qr.h - a QR code as inline SVG. */
#pragma once

#include "base/err.h"
#include "sandbox/text.h"

/* Appends <svg class="qr">…</svg> that fills its box.  ERR_INVALID when the text is too long. */
MUST_USE enum err qr_svg(const char *content, struct text *out);
