/* Flat XML messages: what is read, what is refused, and that what is written is read as it was. */
#include "sys/xml.h"

#include "sys/cleanup.h"
#include "tap.h"

static enum err read_text(struct arena *a, const char *text, struct xml *out)
{
	return xml_read(str_of(text), a, out);
}

static void a_message_is_its_members(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);
	struct xml m;

	EXPECT_ERR(ERR_OK, read_text(a,
				     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
				     "<xml>\r\n"
				     "  <mch_id>1900000109</mch_id>\n"
				     "  <body><![CDATA[茶 <&> \"x\"]]></body>\n"
				     "\t<attach/>\n"
				     "  <total_fee> 1 </total_fee>\n"
				     "</xml>\n",
				     &m));
	EXPECT_INT(4, m.n);
	EXPECT_STR("mch_id", m.field[0].name.p);
	EXPECT_STR("1900000109", m.field[0].value.p);
	EXPECT_STR("茶 <&> \"x\"", m.field[1].value.p);
	EXPECT_STR("attach", m.field[2].name.p);
	EXPECT_STR("", m.field[2].value.p);
	EXPECT(str_is(xml_value(&m, "total_fee"), " 1 "));
	EXPECT(str_is(xml_value(&m, "body"), "茶 <&> \"x\""));
	EXPECT(str_is(xml_value(&m, "sign"), ""));
	EXPECT_ERR(ERR_OK, read_text(a, "\xef\xbb\xbf<root></root>", &m));
	EXPECT_INT(0, m.n);
}

static void parts_of_a_value_are_joined(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);
	struct xml m;

	EXPECT_ERR(ERR_OK, read_text(a,
				     "<xml><a>1<![CDATA[2]]>3<![CDATA[]]]]><![CDATA[>4]]></a>"
				     "<b>&lt;&gt;&amp;&quot;&apos;&#65;&#x8336;&#13;&#10;</b>"
				     "<c>x\r\ny\rz</c></xml>",
				     &m));
	EXPECT(str_is(xml_value(&m, "a"), "123]]>4"));
	EXPECT(str_is(xml_value(&m, "b"), "<>&\"'A茶\r\n"));
	/* As XML has it: a line ends in \n, however it came. */
	EXPECT(str_is(xml_value(&m, "c"), "x\ny\nz"));
}

static void b15_document_types_and_entities_are_refused(void)
{
	static const char *const BAD[] = {
		/* a bomb */
		("<?xml version=\"1.0\"?><!DOCTYPE xml [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">"
		 "<!ENTITY c \"&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;\">]><xml><x>&d;</x></xml>"),
		/* a file, an address, a parameter entity */
		"<!DOCTYPE xml [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><xml><x>&f;</x></xml>",
		"<!DOCTYPE xml SYSTEM \"http://127.0.0.1:1/x.dtd\"><xml><x>1</x></xml>",
		"<!DOCTYPE xml PUBLIC \"a\" \"http://127.0.0.1:1/x.dtd\"><xml><x>1</x></xml>",
		"<!DOCTYPE xml [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\">%p;]><xml/>",
		"<!DOCTYPE xml><xml><x>1</x></xml>",
		"<!ENTITY a \"ha\"><xml><x>&a;</x></xml>",
		"<xml><!ENTITY a \"ha\"><x>&a;</x></xml>",
		"<xml><x>&nbsp;</x></xml>",
		"<xml><x>&a;</x></xml>",
		"<xml><x>&</x></xml>",
	};
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct xml m = { .n = 7 };

		NOTE("case %zu", i);
		EXPECT_ERR(ERR_INVALID, read_text(a, BAD[i], &m));
		EXPECT_INT(7, m.n);
	}
	EXPECT_ERR(ERR_INVALID, read_text(a, BAD[5], &(struct xml){ .n = 0 }));
	EXPECT_STR("not the XML expected: a DOCTYPE", err_text());
}

static void what_is_not_flat_is_refused(void)
{
	static const char *const BAD[] = {
		"",
		" ",
		"x",
		"{\"a\":1}",
		"<html><body>502</body></html><p>",
		"<xml>",
		"<xml><a>1</a>",
		"<xml><a>1</b></xml>",
		"<xml><a><b>1</b></a></xml>",
		"<xml><a>1<b/></a></xml>",
		"<xml a=\"1\"><b>1</b></xml>",
		"<xml><a b=\"1\">1</a></xml>",
		"<xml xmlns=\"x\"><a>1</a></xml>",
		"<xml>1</xml>",
		"<xml><a>1</a>2</xml>",
		"<xml><![CDATA[1]]><a>1</a></xml>",
		"<xml><a>1</a><a>1</a></xml>",
		"<xml><a>1</a><b>1</b><a/></xml>",
		"<xml><a>1</a></xml><xml/>",
		"<xml><a>1</a></xml>x",
		"<xml><a>1<!-- x -->2</a></xml>",
		"<!-- x --><xml><a>1</a></xml>",
		"<xml><a>1</a></xml><!-- x -->",
		"<xml><a><?php 1 ?></a></xml>",
		"<?xml-stylesheet href=\"x\"?><xml><a>1</a></xml>",
		"<xml><a-b>1</a-b></xml>",
		"<xml><a:b>1</a:b></xml>",
		"<xml><a.b>1</a.b></xml>",
		"<xml><名>1</名></xml>",
		"<xml><a>1]]></a></xml>",
		"<?xml version=\"1.0\" encoding=\"GBK\"?><xml><a>1</a></xml>",
		"<?xml version=\"1.0\" encoding=\"utf-16\"?><xml><a>1</a></xml>",
		"<xml><a>\xff</a></xml>",
		"<xml><a>\xed\xa0\x80</a></xml>",
		"<xml><a>\x01</a></xml>",
		"<xml><a>&#1;</a></xml>",
		"<xml><a>&#0;</a></xml>",
		"<xml><a>&#127;</a></xml>",
		"<xml><a>&#xd800;</a></xml>",
		"<xml><a>&#x110000;</a></xml>",
		"<xml><a>&#99999999999999999999;</a></xml>",
	};
	CLEANUP(arena_freep) struct arena *a = arena_new(4 << 20);

	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		NOTE("case %zu", i);
		EXPECT_ERR(ERR_INVALID, read_text(a, BAD[i], &(struct xml){ .n = 0 }));
	}
	EXPECT_ERR(ERR_INVALID, xml_read(STR("<xml><a>1\0</a></xml>"), a, &(struct xml){ .n = 0 }));
	EXPECT_ERR(ERR_INVALID, xml_read(STR("<xml/>\0"), a, &(struct xml){ .n = 0 }));
}

/* A fragment that tries to end its member and begin another is text where it was CDATA or escaped,
 * and a repeated member where it was not. */
static void a_value_does_not_become_a_member(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);
	static const char FRAGMENT[] = "</a><total_fee>1</total_fee><a>";
	const struct field fields[] = { { STR("total_fee"), STR("8800") },
					{ STR("a"), str_of(FRAGMENT) } };
	struct xml m;

	EXPECT_ERR(ERR_OK, xml_read(xml_write(fields, 2, a), a, &m));
	EXPECT_INT(2, m.n);
	EXPECT(str_is(xml_value(&m, "total_fee"), "8800"));
	EXPECT(str_is(xml_value(&m, "a"), FRAGMENT));
	EXPECT_ERR(ERR_INVALID, read_text(a,
					  "<xml><total_fee>8800</total_fee>"
					  "<a></a><total_fee>1</total_fee><a></a></xml>",
					  &m));
}

static void b15_a_message_has_limits(void)
{
	CLEANUP(arena_freep) struct arena *a = arena_new(4 << 20);
	char *big = arena_alloc(a, XML_BYTES_MAX + 2);
	struct xml m;
	size_t n = 0;

	memset(big, ' ', XML_BYTES_MAX + 1);
	memcpy(big, "<xml><a>1</a>", 13);
	memcpy(big + XML_BYTES_MAX - 6, "</xml>", 6);
	EXPECT_ERR(ERR_OK, xml_read((struct str){ big, XML_BYTES_MAX }, a, &m));
	EXPECT_INT(1, m.n);
	EXPECT_ERR(ERR_INVALID, xml_read((struct str){ big, XML_BYTES_MAX + 1 }, a, &m));

	for (size_t members = XML_MEMBERS_MAX; members <= XML_MEMBERS_MAX + 1; members++) {
		n = 0;
		str_add(big, XML_BYTES_MAX, &n, "<xml>");
		for (size_t i = 0; i < members; i++)
			str_add(big, XML_BYTES_MAX, &n, "<m%zu/>", i);
		str_add(big, XML_BYTES_MAX, &n, "</xml>");
		EXPECT_ERR(members == XML_MEMBERS_MAX ? ERR_OK : ERR_INVALID,
			   xml_read((struct str){ big, n }, a, &m));
	}
	EXPECT_STR("not the XML expected: too many members", err_text());

	for (int length = XML_NAME_MAX; length <= XML_NAME_MAX + 1; length++)
		EXPECT_ERR(length == XML_NAME_MAX ? ERR_OK : ERR_INVALID,
			   read_text(a, arena_printf(a, "<xml><a%0*d/></xml>", length - 1, 0), &m));

	n = 0;
	while (n < XML_BYTES_MAX - 4)
		str_add(big, XML_BYTES_MAX, &n, "<a>");
	EXPECT_ERR(ERR_INVALID, xml_read((struct str){ big, n }, a, &m));
	EXPECT_STR("not the XML expected: an element inside a member", err_text());
}

static void what_is_written_is_read_again(void)
{
	static const char *const VALUES[] = {
		"",      "]]>",        "]]]]>>",    "]]", "]",          ">",
		" \r\n", "<![CDATA[x", "]]>]]>\r>", "茶", "&amp;&#13;", "<!DOCTYPE x>",
	};
	CLEANUP(arena_freep) struct arena *a = arena_new(1 << 20);
	struct field fields[sizeof(VALUES) / sizeof(VALUES[0])];
	const size_t n = sizeof(VALUES) / sizeof(VALUES[0]);
	struct xml m;

	for (size_t i = 0; i < n; i++)
		fields[i] =
			(struct field){ str_of(arena_printf(a, "v_%zu", i)), str_of(VALUES[i]) };
	EXPECT_ERR(ERR_OK, xml_read(xml_write(fields, n, a), a, &m));
	EXPECT_INT(n, m.n);
	for (size_t i = 0; i < n; i++) {
		EXPECT_STR(fields[i].name.p, m.field[i].name.p);
		EXPECT_STR(VALUES[i], m.field[i].value.p);
	}
	EXPECT_STR("<xml><v_0><![CDATA[]]></v_0><v_1><![CDATA[]]]]><![CDATA[>]]></v_1></xml>",
		   xml_write(fields, 2, a).p);
	EXPECT_STR("<xml></xml>", xml_write(NULL, 0, a).p);
}

/* clang-format off */
static const struct tap_test TESTS[] = {
	TEST(a_message_is_its_members),
	TEST(parts_of_a_value_are_joined),
	TEST(b15_document_types_and_entities_are_refused),
	TEST(what_is_not_flat_is_refused),
	TEST(a_value_does_not_become_a_member),
	TEST(b15_a_message_has_limits),
	TEST(what_is_written_is_read_again),
};
/* clang-format on */

TAP_MAIN(TESTS)
