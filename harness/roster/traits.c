/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/roster/traits.h"

#include <string.h>

#include "harness/base/nearest.h"

#define THREADS    (1u << TRAIT_THREADS)
#define FORK       (1u << TRAIT_FORK)
#define OPENMP     (1u << TRAIT_OPENMP)
#define HTTP2      (1u << TRAIT_HTTP2)
#define PIPELINING (1u << TRAIT_PIPELINING)
#define OWN_HTTP   (1u << TRAIT_OWN_HTTP)
#define IO_URING   (1u << TRAIT_IO_URING)

const char *const trait_names[] = {
	[TRAIT_THREADS] = "threads",
	[TRAIT_FORK] = "fork",
	[TRAIT_OPENMP] = "openmp",
	[TRAIT_HTTP2] = "http2",
	[TRAIT_PIPELINING] = "pipelining",
	[TRAIT_OWN_HTTP] = "own-http",
	[TRAIT_IO_URING] = "io-uring",
	[TRAIT_COUNT] = NULL,
};

/*
 * In the order of how much there is to write and to get wrong: straight code
 * that blocks, a loop around a library, a loop and a pool, a loop of your own,
 * and HTTP of your own.
 */
const struct traits strategy_traits[] = {
	{"sequential", 0, "a loop"},
	{"pthread-map", THREADS,
		"one call that maps a function over a pool of "
		"threads"},
	{"openmp", THREADS | OPENMP, "a loop under a pragma"},
	{"pthread-as-completed", THREADS,
		"a pool of threads, and a loop over its results as they come"},
	{"openmp-task", THREADS | OPENMP, "a task for each item"},
	{"thread-per-request", THREADS,
		"a thread for each item, and a count of those that run"},
	{"multi-poll", 0, "a loop around libcurl's multi handle"},
	{"multi-h2", HTTP2,
		"the loop of multi-poll, with all requests on one connection"},
	{"process-pool", THREADS | FORK,
		"one call that maps a function over a pool of processes"},
	{"fork-per-request", FORK,
		"a process for each item, and a count of those that run"},
	{"multi-offload", THREADS,
		"the loop of multi-poll, and a pool of threads beside it"},
	{"gradient", 0,
		"the loop of multi-poll, with a limit that follows the "
		"latency"},
	{"aimd", 0, "the loop of multi-poll, with a limit that refusals cut"},
	{"process-offload", THREADS | FORK,
		"the loop of multi-poll, and a pool of processes beside it"},
	{"multi-epoll", 0, "an event loop that drives libcurl's sockets"},
	{"coroutine", 0, "straight code on stacks that an event loop switches"},
	{"reactors", THREADS, "an event loop on a thread for each CPU"},
	{"http2", OWN_HTTP | HTTP2,
		"sessions of nghttp2 on a socket of your own"},
	{"pipelining", OWN_HTTP | PIPELINING,
		"HTTP on sockets of your own, with requests sent ahead of "
		"answers"},
	{"epoll", OWN_HTTP, "HTTP on sockets of your own, and an epoll loop"},
	{"epoll-offload", OWN_HTTP | THREADS,
		"the loop of epoll, and a pool of threads beside it"},
	{"io-uring", OWN_HTTP | IO_URING,
		"HTTP on sockets of your own, and completions of io_uring"},
	{NULL, 0, NULL},
};

const struct traits *traits_find(const char *strategy)
{
	for (const struct traits *t = strategy_traits; t->strategy; t++)
		if (strcmp(t->strategy, strategy) == 0)
			return t;
	return NULL;
}

size_t traits_place(const char *strategy, const struct texts *first)
{
	const struct traits *t = strategy_traits;

	for (size_t i = 0; i < first->count; i++)
		if (strcmp(first->at[i].text, strategy) == 0)
			return i;
	while (t->strategy && strcmp(t->strategy, strategy) != 0)
		t++;
	return first->count + (size_t)(t - strategy_traits);
}

static unsigned needs_of_word(const char *word)
{
	for (unsigned i = 0; i < TRAIT_COUNT; i++)
		if (strcmp(trait_names[i], word) == 0)
			return 1u << i;
	return 0;
}

const char *traits_needs(const char *strategy, const struct texts *words)
{
	const struct traits *traits = traits_find(strategy);
	unsigned needs = traits ? traits->needs : 0;

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->at[i].text;

		if (needs & needs_of_word(word) || !strcmp(word, strategy))
			return word;
	}
	return NULL;
}

/* Checks the words against the table and, if `traits`, the traits. */
static int check_words(
	const struct texts *words, bool traits, struct fr_error *err)
{
	const char *known[64];
	size_t count = 0;

	for (size_t i = 0; traits && trait_names[i]; i++)
		known[count++] = trait_names[i];
	for (const struct traits *t = strategy_traits; t->strategy; t++)
		known[count++] = t->strategy;
	known[count] = NULL;
	for (size_t i = 0; i < words->count; i++) {
		const struct text *word = &words->at[i];
		const char *nearest;

		if (word_is_one_of(word->text, known))
			continue;
		nearest = nearest_word(word->text, known);
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': is no strategy%s%s%s%s", word->where,
			word->text,
			traits ? " and none of threads, fork, openmp, http2, "
				 "pipelining, own-http, io-uring"
			       : "",
			nearest ? "; did you mean " : "",
			nearest ? nearest : "", nearest ? "?" : "");
	}
	return 0;
}

int traits_check(const struct texts *words, struct fr_error *err)
{
	return check_words(words, true, err);
}

int traits_check_order(const struct texts *words, struct fr_error *err)
{
	return check_words(words, false, err);
}
