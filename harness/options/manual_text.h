/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes man pages, in the macros of man(7), on standard output. Texts are
 * plain, but `a text in backquotes` becomes bold; what roff would take for a
 * request of its own is escaped.
 */
#ifndef HARNESS_OPTIONS_MANUAL_TEXT_H
#define HARNESS_OPTIONS_MANUAL_TEXT_H

/* Begins the page; name is lower case, such as "flagrace-run". */
void manual_title(const char *name, int section);

/* "NAME", and what the page is about, in one line without a full stop. */
void manual_name(const char *name, const char *summary);

void manual_section(const char *heading);
void manual_subsection(const char *heading);

/* Begins a paragraph. */
void manual_paragraph(void);

/* A text, each sentence on lines of its own, broken between words. */
void manual_text(const char *text);

/* Lines as they are. */
void manual_example(const char *lines);

/*
 * Begins an entry of a list: a term in bold, and behind it, unless NULL, a
 * blank and a text in italics. manual_text explains it.
 */
void manual_entry(const char *term, const char *italic);

/* Writes a text within a line: in font 'B' (bold), 'I' (italic) or 'R'. */
void manual_inline(char font, const char *text);

#endif
