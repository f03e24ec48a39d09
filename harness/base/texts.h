/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of texts that somebody wrote, each with the place where: what is wrong
 * with one can then be said in its writer's terms. All zeros is an empty list;
 * texts_release frees one. A list belongs to one thread at a time.
 */
#ifndef HARNESS_BASE_TEXTS_H
#define HARNESS_BASE_TEXTS_H

#include <stddef.h>

struct text {
	char *text;
	char *where; /* "--latency", or a place in a file and the key */
};

struct texts {
	struct text *at; /* count of them; the list's */
	size_t count;
};

/*
 * Add to the list: the first length bytes of text as they are; each part of
 * `list` between commas; each spec of such a list as latencies are written,
 * where a comma ends a spec when the spec is a bare time or when what follows
 * names a distribution. Return 0, or -ENOMEM.
 */
int texts_add(struct texts *texts, const char *text, size_t length,
	const char *where);
int texts_add_list(struct texts *texts, const char *list, const char *where);
int texts_add_specs(struct texts *texts, const char *list, const char *where);

void texts_release(struct texts *texts);

#endif
