#include "sandbox/qr.h"

#include <qrencode.h>
#include <string.h>

enum { QUIET = 4 }; /* modules of white around the code, as the standard demands */

static void draw_row(const unsigned char *row, int width, int y, struct text *out);

enum err qr_svg(const char *content, struct text *out)
{
	QRcode *code = QRcode_encodeString(content, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	int side;

	if (!code)
		FAIL(ERR_INVALID, "%zu bytes do not fit into a QR code", strlen(content));
	side = code->width + 2 * QUIET;
	text_printf(
		out,
		"<svg class=\"qr\" role=\"img\" aria-label=\"QR\" viewBox=\"0 0 %d %d\" "
		"shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
		"<path fill=\"#000\" d=\"",
		side, side, side, side);
	for (int y = 0; y < code->width; y++)
		draw_row(code->data + (size_t)y * (size_t)code->width, code->width, y, out);
	text_put(out, "\"/></svg>");
	QRcode_free(code);
	return ERR_OK;
}

/* One rectangle for each run of dark modules; the lowest bit says dark. */
static void draw_row(const unsigned char *row, int width, int y, struct text *out)
{
	for (int x = 0; x < width; x++) {
		int start = x;

		while (x < width && (row[x] & 1))
			x++;
		if (x > start)
			text_printf(out, "M%d %dh%dv1h-%dz", start + QUIET, y + QUIET, x - start,
				    x - start);
	}
}
