/* xml.h - the flat XML messages that some platforms speak: one root, in it elements of text only.
 *
 *   <xml><mch_id>1900000109</mch_id><body><![CDATA[tea & cake]]></body></xml>
 *
 * Reading goes over expat and takes nothing but that: no DOCTYPE and so no entities but the five of
 * XML itself, no attributes, comments or processing instructions, no element in an element of text,
 * no name twice, no text between the elements, nothing after the root.  Nothing is ever fetched.
 */
#pragma once

#include "base/codec.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/arena.h"

#include <stddef.h>

/* A list of refunds has some ten members for each of them. */
enum { XML_BYTES_MAX = 64 * 1024, XML_MEMBERS_MAX = 512, XML_NAME_MAX = 64 };

struct xml {
	struct field *field; /* as they came; names and values end in NUL */
	size_t n;
};

/* Reads UTF-8 of at most XML_BYTES_MAX into the arena, which takes 16 KiB beside it.  A name is
 * 1-64 of A-Z a-z 0-9 _, a value is text (str_is_text), its parts of CDATA joined and its spaces
 * kept.  ERR_INVALID says what is wrong. */
MUST_USE enum err xml_read(struct str body, struct arena *a, struct xml *out);

/* The value of a member, "" when it is not there. */
struct str xml_value(const struct xml *message, const char *name);

/* A message with the root <xml> that xml_read reads again as it was: values in CDATA.  Names and
 * values are as there (CHECKed). */
struct str xml_write(const struct field *fields, size_t n, struct arena *a);
