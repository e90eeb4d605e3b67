#include "sys/xml.h"

#include "base/check.h"
#include "sys/cleanup.h"

#include <expat.h>

#include <string.h>
#include <strings.h>

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* What stands around each part of a value: CDATA cannot hold its own end, and a carriage return in
 * it would be read as a line feed. */
#define CDATA_OPEN "<![CDATA["
#define CDATA_CLOSE "]]>"
#define CDATA_END_SPLIT "]]]]><![CDATA[>"
#define CDATA_CR "]]>&#13;<![CDATA["

struct reading {
	XML_Parser parser;
	struct xml *out;
	char *text; /* names and values, each with its NUL: never longer than the message */
	size_t n;
	int depth;
	const char *fault; /* of ours; NULL: none, or expat's */
};

static void handlers_set(struct reading *r);
static void XMLCALL on_declaration(void *self, const XML_Char *version, const XML_Char *encoding,
				   int standalone);
static void XMLCALL on_doctype(void *self, const XML_Char *name, const XML_Char *system_id,
			       const XML_Char *public_id, int has_internal_subset);
static void XMLCALL on_start(void *self, const XML_Char *name, const XML_Char **attributes);
static void XMLCALL on_end(void *self, const XML_Char *name);
static void XMLCALL on_text(void *self, const XML_Char *p, int n);
static void XMLCALL on_comment(void *self, const XML_Char *text);
static void XMLCALL on_instruction(void *self, const XML_Char *target, const XML_Char *data);
static void member_begin(struct reading *r, struct str name);
static void put(struct reading *r, const char *p, size_t n);
static void stop(struct reading *r, const char *fault);
static size_t value_room(struct str value);
static void value_add(char *text, size_t cap, size_t *n, struct str value);
static void parser_freep(XML_Parser *parser);

enum err xml_read(struct str body, struct arena *a, struct xml *out)
{
	CLEANUP(parser_freep) XML_Parser parser = NULL;
	struct xml read = { .n = 0 };
	struct reading r = { .out = &read };
	enum XML_Error e;

	if (body.n > XML_BYTES_MAX)
		FAIL(ERR_INVALID, "an XML message of more than 64 KiB");
	if (!str_is_text(body))
		FAIL(ERR_INVALID, "XML that is not UTF-8, or holds control characters");
	parser = XML_ParserCreate("UTF-8");
	CHECK(parser != NULL);
	r.parser = parser;
	r.text = arena_alloc(a, body.n + 1);
	read.field = arena_alloc(a, XML_MEMBERS_MAX * sizeof(*read.field));
	handlers_set(&r);
	if (XML_Parse(parser, body.n > 0 ? body.p : "", (int)body.n, XML_TRUE) == XML_STATUS_OK) {
		*out = read;
		return ERR_OK;
	}
	e = XML_GetErrorCode(parser);
	CHECK(e != XML_ERROR_NO_MEMORY);
	FAIL(ERR_INVALID, "not the XML expected: %s",
	     r.fault != NULL ? r.fault : XML_ErrorString(e));
}

struct str xml_value(const struct xml *message, const char *name)
{
	const struct field *f = form_find(message->field, message->n, name);

	return f != NULL ? f->value : STR("");
}

struct str xml_write(const struct field *fields, size_t n, struct arena *a)
{
	size_t cap = sizeof("<xml></xml>"), length = 0;
	char *text;

	for (size_t i = 0; i < n; i++) {
		CHECK(str_is_made_of(fields[i].name, NAME_BYTES, XML_NAME_MAX));
		CHECK(str_is_text(fields[i].value));
		cap += 2 * fields[i].name.n + strlen("<></>") + value_room(fields[i].value);
	}
	text = arena_alloc(a, cap);
	str_add(text, cap, &length, "<xml>");
	for (size_t i = 0; i < n; i++) {
		int name_n = (int)fields[i].name.n;

		str_add(text, cap, &length, "<%.*s>", name_n, fields[i].name.p);
		value_add(text, cap, &length, fields[i].value);
		str_add(text, cap, &length, "</%.*s>", name_n, fields[i].name.p);
	}
	str_add(text, cap, &length, "</xml>");
	return (struct str){ text, length };
}

static void handlers_set(struct reading *r)
{
	XML_SetUserData(r->parser, r);
	XML_SetXmlDeclHandler(r->parser, on_declaration);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetCommentHandler(r->parser, on_comment);
	XML_SetProcessingInstructionHandler(r->parser, on_instruction);
}

static void XMLCALL on_declaration(void *self, const XML_Char *version, const XML_Char *encoding,
				   int standalone)
{
	(void)version;
	(void)standalone;
	if (encoding != NULL && strcasecmp(encoding, "UTF-8") != 0)
		stop(self, "another encoding than UTF-8");
}

/* Before anything of the document type was read: no entity exists yet. */
static void XMLCALL on_doctype(void *self, const XML_Char *name, const XML_Char *system_id,
			       const XML_Char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	stop(self, "a DOCTYPE");
}

static void XMLCALL on_start(void *self, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = self;

	r->depth++;
	if (attributes[0] != NULL)
		stop(r, "an attribute");
	else if (r->depth > 2)
		stop(r, "an element inside a member");
	else if (r->depth == 2)
		member_begin(r, str_of(name));
}

static void XMLCALL on_end(void *self, const XML_Char *name)
{
	struct reading *r = self;

	(void)name;
	if (r->fault == NULL && r->depth == 2) {
		put(r, "", 1);
		if (!str_is_text(r->out->field[r->out->n - 1].value))
			stop(r, "a control character");
	}
	r->depth--;
}

/* Expat hands a value over in parts: by line, by reference, by CDATA section. */
static void XMLCALL on_text(void *self, const XML_Char *p, int n)
{
	struct reading *r = self;
	struct str text = { p, (size_t)n };

	if (r->fault != NULL)
		return;
	if (r->depth == 2) {
		put(r, text.p, text.n);
		r->out->field[r->out->n - 1].value.n += text.n;
	} else if (str_trim(text).n > 0) {
		stop(r, "text between the members");
	}
}

static void XMLCALL on_comment(void *self, const XML_Char *text)
{
	(void)text;
	stop(self, "a comment");
}

static void XMLCALL on_instruction(void *self, const XML_Char *target, const XML_Char *data)
{
	(void)target;
	(void)data;
	stop(self, "a processing instruction");
}

static void member_begin(struct reading *r, struct str name)
{
	struct field *f = &r->out->field[r->out->n];

	if (!str_is_made_of(name, NAME_BYTES, XML_NAME_MAX)) {
		stop(r, "a member's name is not 1 to 64 of A-Z a-z 0-9 _");
	} else if (form_find(r->out->field, r->out->n, name.p) != NULL) {
		stop(r, "a member comes twice");
	} else if (r->out->n == XML_MEMBERS_MAX) {
		stop(r, "too many members");
	} else {
		f->name = (struct str){ r->text + r->n, name.n };
		put(r, name.p, name.n + 1);
		f->value = (struct str){ r->text + r->n, 0 };
		r->out->n++;
	}
}

static void put(struct reading *r, const char *p, size_t n)
{
	memcpy(r->text + r->n, p, n);
	r->n += n;
}

/* Expat may still call a handler or two after it was stopped. */
static void stop(struct reading *r, const char *fault)
{
	if (r->fault != NULL)
		return;
	r->fault = fault;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static size_t value_room(struct str value)
{
	size_t n = strlen(CDATA_OPEN CDATA_CLOSE) + value.n;

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '>')
			n += strlen(CDATA_END_SPLIT);
		if (value.p[i] == '\r')
			n += strlen(CDATA_CR);
	}
	return n;
}

static void value_add(char *text, size_t cap, size_t *n, struct str value)
{
	str_add(text, cap, n, CDATA_OPEN);
	while (value.n > 0) {
		bool end = str_starts(value, CDATA_CLOSE), cr = value.p[0] == '\r';

		if (end)
			str_add(text, cap, n, CDATA_END_SPLIT);
		else if (cr)
			str_add(text, cap, n, CDATA_CR);
		else
			text[(*n)++] = value.p[0];
		value = str_skip(value, end ? strlen(CDATA_CLOSE) : 1);
	}
	str_add(text, cap, n, CDATA_CLOSE);
}

static void parser_freep(XML_Parser *parser)
{
	if (*parser != NULL)
		XML_ParserFree(*parser);
}
