/* embed.c - build-time tool: turns text files into one table of constant strings.
 *
 *   embed OUT INCLUDE TYPE NAME FILE...
 *
 * writes C source with `const struct TYPE NAME[]` of {name, text, length} and `const size_t
 * NAME_N`. String literals, not lists of integers: gcc 12 compiles them thirty times faster.  Every
 * byte that could begin an escape or a trigraph is written in octal.
 */
#include <stdio.h>
#include <string.h>

enum { PER_LINE = 96 };

static int literal(FILE *out, int index, const char *path)
{
	FILE *in = fopen(path, "rb");
	int c, n = 0;

	if (!in)
		return -1;
	fprintf(out, "static const char f%d[] =\n\t\"", index);
	while ((c = getc(in)) != EOF) {
		if (n++ % PER_LINE == PER_LINE - 1)
			fputs("\"\n\t\"", out);
		if (c < ' ' || c > '~' || strchr("\"\\?", c))
			fprintf(out, "\\%03o", (unsigned)c);
		else
			putc(c, out);
	}
	fputs("\";\n", out);
	return ferror(in) | fclose(in);
}

int main(int argc, char **argv)
{
	FILE *out = argc > 5 ? fopen(argv[1], "w") : NULL;

	if (!out) {
		fprintf(stderr, "usage: embed OUT INCLUDE TYPE NAME FILE...\n");
		return 1;
	}
	fprintf(out, "#include \"%s\"\n", argv[2]);
	for (int i = 5; i < argc; i++) {
		if (literal(out, i, argv[i]) != 0) {
			perror(argv[i]);
			return 1;
		}
	}
	fprintf(out, "const struct %s %s[] = {\n", argv[3], argv[4]);
	for (int i = 5; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		fprintf(out, "\t{ \"%s\", f%d, sizeof(f%d) - 1 },\n", slash ? slash + 1 : argv[i],
			i, i);
	}
	fprintf(out, "};\nconst size_t %s_N = sizeof(%s) / sizeof(%s[0]);\n", argv[4], argv[4],
		argv[4]);
	return fclose(out) != 0;
}
