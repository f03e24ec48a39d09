/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts as HTML can hold them. Texts come from CSV and JSON files, which anybody
 * may have written, so nothing of a text may become markup or a script. Any
 * thread.
 */
#ifndef HARNESS_REPORT_HTML_H
#define HARNESS_REPORT_HTML_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Writes a text, as content of an element or as a value in double quotes. */
void html_text(FILE *out, const char *text);

/* The same of a printf format's result, which is cut after 511 bytes. */
__attribute__((format(printf, 2, 3))) void html_say(
	FILE *out, const char *format, ...);

/*
 * Writes the sentences of a text that was made for a terminal: a paragraph for
 * each block between empty lines, and an item for each line that is indented.
 * Lines that go on after their end are put together.
 */
void html_sentences(FILE *out, const char *text);

/*
 * Writes a JSON value into a script element, whose content ends at the first
 * "</script" and knows no escapes of HTML. Returns 0 or -ENOMEM.
 */
int html_json(FILE *out, const json_t *value);

/*
 * Writes an SVG picture into a page that has others: without what precedes its
 * root element, its own styles, its title as a label, and with `prefix` before
 * each of its ids and each reference to one.
 */
void html_svg(FILE *out, const char *svg, const char *prefix);

#endif
