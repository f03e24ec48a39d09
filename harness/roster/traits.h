/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the built-in strategies need of a program that is written like them, and
 * their order of simplicity. One table has both. Constant; any thread.
 */
#ifndef HARNESS_ROSTER_TRAITS_H
#define HARNESS_ROSTER_TRAITS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

/* What a strategy needs; the words are in trait_names. */
enum trait {
	TRAIT_THREADS,    /* more than one thread, perhaps by OpenMP */
	TRAIT_FORK,       /* more than one process */
	TRAIT_OPENMP,     /* a compiler with OpenMP */
	TRAIT_HTTP2,      /* a server that speaks HTTP/2 */
	TRAIT_PIPELINING, /* a server that takes requests ahead of answers */
	TRAIT_OWN_HTTP,   /* HTTP that the program reads and writes itself */
	TRAIT_IO_URING,   /* a kernel with io_uring */
	TRAIT_COUNT,
};

/* By enum trait; ends with NULL: "threads", "fork", .. */
extern const char *const trait_names[];

struct traits {
	const char *strategy;
	unsigned needs;  /* 1u << enum trait, or-ed */
	const char *how; /* what has to be written: "a loop" */
};

/* The simplest strategy first; a NULL strategy ends the table. */
extern const struct traits strategy_traits[];

/* The strategy's entry; NULL: it is no built-in. */
const struct traits *traits_find(const char *strategy);

/*
 * The strategy's place in the order of simplicity, from 0: the names in `first`
 * come first, in their order, then the table, then strategies that it does not
 * have.
 */
size_t traits_place(const char *strategy, const struct texts *first);

/*
 * The first of the words that the strategy needs, or that is its name; NULL:
 * none.
 */
const char *traits_needs(const char *strategy, const struct texts *words);

/*
 * Checks that each word is in trait_names or a built-in's name. Returns 0, or -1
 * with *err, which suggests the nearest word.
 */
int traits_check(const struct texts *words, struct fr_error *err);

/* Checks that each word is a built-in's name, likewise. */
int traits_check_order(const struct texts *words, struct fr_error *err);

#endif
