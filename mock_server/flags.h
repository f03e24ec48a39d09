/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags that the server has, and how each is drawn. */
#ifndef MOCK_SERVER_FLAGS_H
#define MOCK_SERVER_FLAGS_H

#include <stddef.h>

#include "mock_server/canvas.h"

struct flag {
	const char *code;    /* ISO 3166-1 alpha-2, capital letters */
	const char *country; /* its English short name */
	void (*draw)(struct canvas *canvas); /* covers the whole canvas */
};

/* The twenty most populous countries as Fluent Python lists them (POP20). */
extern const struct flag flags[];
extern const size_t flags_count;

struct country {
	const char *code, *name; /* as in struct flag */
};

/* All other countries of ISO 3166-1, whose flags flag_draw_plain draws. */
extern const struct country countries[];
extern const size_t countries_count;

/* Draws stripes whose colours depend on the code: not the country's flag. */
void flag_draw_plain(struct canvas *canvas, const char *code);

#endif
