/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags that jobs download, and their URLs on a server. */
#ifndef HARNESS_PLAN_FLAGS_H
#define HARNESS_PLAN_FLAGS_H

#include <stddef.h>

enum { POP20_COUNT = 20, FLAG_URL_MAX = 240 };

/*
 * ISO 3166-1 codes of the twenty most populous countries, in alphabetical
 * order, the order in which the lesson downloads them.
 */
extern const char pop20[POP20_COUNT][3];

/* The URL of a flag on the server at `origin` (http://HOST:PORT). */
void flag_url(char url[FLAG_URL_MAX], const char *origin, const char *code);

/*
 * The URLs of n items, which repeat the twenty flags: one allocation, which the
 * caller frees. NULL: no memory.
 */
const char **flag_urls(const char *origin, size_t n);

#endif
