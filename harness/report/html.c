/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/report/html.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

void html_say(FILE *out, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	html_text(out, text);
}

/* Whether a line of this end stands by itself, and the next one does not go on. */
static bool ends(const char *line, size_t length)
{
	return length && strchr(".:)!", line[length - 1]);
}

/* The elements that html_sentences has opened and not closed. */
struct sentences {
	FILE *out;
	bool in_paragraph, in_list, goes_on;
};

static void close_all(struct sentences *now)
{
	if (now->in_list)
		fputs("</li></ul>\n", now->out);
	else if (now->in_paragraph)
		fputs("</p>\n", now->out);
	now->in_list = now->in_paragraph = now->goes_on = false;
}

static void add_line(struct sentences *now, const char *line, size_t length)
{
	size_t indent = strspn(line, " ");
	char *words = strndup(line + indent, length - indent);

	if (!words)
		return;
	if (now->goes_on) {
		fputc(' ', now->out);
	} else if (indent) {
		fputs(now->in_list                  ? "</li>\n<li>"
				: now->in_paragraph ? "</p>\n<ul><li>"
						    : "<ul><li>",
			now->out);
		now->in_list = true;
	} else {
		close_all(now);
		fputs("<p>", now->out);
	}
	now->in_paragraph = true;
	now->goes_on = !ends(line, length);
	html_text(now->out, words);
	free(words);
}

void html_sentences(FILE *out, const char *text)
{
	struct sentences now = {.out = out};

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length)
			add_line(&now, text, length);
		else
			close_all(&now);
		text += length + (text[length] == '\n');
	}
	close_all(&now);
}

int html_json(FILE *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);

	if (!text)
		return -ENOMEM;
	/* Outside of strings JSON has none of these. */
	for (const char *c = text; *c; c++) {
		if (strchr("<>&", *c))
			fprintf(out, "\\u%04x", (unsigned)*c);
		else
			fputc(*c, out);
	}
	free(text);
	return 0;
}

/* Writes a tag, with the prefix before ids and references to them. */
static void write_tag(
	FILE *out, const char *tag, size_t length, const char *prefix)
{
	static const char *const marks[] = {" id=\"", " id='", "href='#",
		"href=\"#", "url(#", "url('#", NULL};

	for (const char *end = tag + length; tag < end;) {
		size_t matched = 0;

		for (size_t i = 0; marks[i] && !matched; i++)
			if (!strncmp(tag, marks[i], strlen(marks[i])))
				matched = strlen(marks[i]);
		(void)fwrite(tag, 1, matched ? matched : 1, out);
		if (matched)
			fputs(prefix, out);
		tag += matched ? matched : 1;
	}
}

/* The text after the element that begins there and whose end is `close`. */
static const char *skip(const char *at, const char *close)
{
	const char *end = strstr(at, close);

	return end ? end + strlen(close) : at + strlen(at);
}

/*
 * Writes the root element, named by the title. The title itself would be shown
 * wherever the picture is pointed at. Returns what follows them.
 */
static const char *write_root(FILE *out, const char *svg)
{
	static const char open[] = "<title>";
	const char *end = strchr(svg, '>');
	const char *title = end ? strstr(end, open) : NULL;

	fputs("<svg role=\"img\" ", out);
	if (title) {
		title += strlen(open);
		fprintf(out, "aria-label=\"%.*s\" ", (int)strcspn(title, "<\""),
			title);
	}
	if (!end)
		return "";
	(void)fwrite(svg + 4, 1, (size_t)(end + 1 - svg - 4), out);
	return title ? skip(title, "</title>") : end + 1;
}

void html_svg(FILE *out, const char *svg, const char *prefix)
{
	const char *at = strstr(svg, "<svg");

	if (!at)
		return;
	at = write_root(out, at);
	while (*at) {
		size_t text = strcspn(at, "<");
		const char *tag = at + text, *end = strchr(tag, '>');

		(void)fwrite(at, 1, text, out);
		if (!*tag || !end)
			return;
		if (!strncmp(tag, "<style>", 7))
			at = skip(tag, "</style>");
		else if (!strncmp(tag, "<desc>", 6))
			at = skip(tag, "</desc>");
		else {
			at = end + 1;
			write_tag(out, tag, (size_t)(at - tag), prefix);
		}
	}
}
