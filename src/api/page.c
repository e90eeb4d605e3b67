/* page.c - the slice of a list that a request asks for (declared in api/api.h). */
#include "api/api.h"

static const char *position_name(const struct http_ask *ask)
{
	return http_query_has(ask, "before") ? "before" : "after";
}

enum err api_page_by_text(const struct http_ask *ask, struct list_ask *out)
{
	struct http_page page;

	TRY(http_query_page(ask, &page));
	*out = (struct list_ask){ .limit = (size_t)page.limit, .backward = page.backward };
	if (str_copy(out->text, sizeof(out->text), page.position) != ERR_OK)
		FAIL_AT(ERR_INVALID, position_name(ask), "this is no place in this list");
	return ERR_OK;
}

enum err api_page_by_number(const struct http_ask *ask, struct list_ask *out)
{
	struct http_page page;

	TRY(http_query_page(ask, &page));
	*out = (struct list_ask){ .limit = (size_t)page.limit, .backward = page.backward };
	if (page.position.n > 0 && str_integer(page.position, 0, INT64_MAX, &out->number) != ERR_OK)
		FAIL_AT(ERR_INVALID, position_name(ask), "this is no place in this list");
	return ERR_OK;
}

enum err api_page_by_time(const struct http_ask *ask, struct list_ask *out)
{
	struct http_page page;

	TRY(http_query_page(ask, &page));
	*out = (struct list_ask){ .limit = (size_t)page.limit, .backward = page.backward };
	if (page.position.n > 0 && rfc3339_read(page.position, &out->number) != ERR_OK)
		FAIL_AT(ERR_INVALID, position_name(ask), "this is no place in this list");
	return ERR_OK;
}

enum err api_page_by_id(const struct http_ask *ask, enum id_kind kind, struct list_ask *out)
{
	struct http_page page;

	TRY(http_query_page(ask, &page));
	*out = (struct list_ask){ .limit = (size_t)page.limit, .backward = page.backward };
	if (page.position.n > 0 && id_read(kind, page.position, &out->number) != ERR_OK)
		FAIL_AT(ERR_INVALID, position_name(ask), "this is no place in this list");
	return ERR_OK;
}

enum err api_query_time(const struct http_ask *ask, const char *name, int64_t *out)
{
	char text[RFC3339_TEXT] = "";

	if (!http_query_has(ask, name))
		return ERR_OK;
	TRY(http_query_text(ask, name, text, sizeof(text)));
	if (rfc3339_read(str_of(text), out) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s must be a time like 2026-11-22T08:00:00Z", name);
	return ERR_OK;
}

enum err api_query_day(const struct http_ask *ask, const char *name, char text[DATE_TEXT],
		       int64_t *begin_ms)
{
	TRY(http_query_text(ask, name, text, DATE_TEXT));
	if (china_day_read(str_of(text), begin_ms) != ERR_OK)
		FAIL_AT(ERR_INVALID, name, "%s must be a day like 2026-11-22", name);
	return ERR_OK;
}
