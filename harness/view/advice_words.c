/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bounds a strategy, and what would help it, in words. */
#include <string.h>

#include "harness/view/advice_show.h"

/* The words of bound_by: docs/METHOD.md ("What bounds a row"). */
static const struct {
	const char *bound_by, *why, *helps;
} bounds[] = {
	{"latency",
		"nearly all time is spent waiting for the server's delays, "
		"which no strategy shortens",
		"A faster server: then what a strategy costs itself counts "
		"more."},
	{"work", "the CPUs are busy with the work on the answers",
		"More cores, or less work for each answer."},
	{"loop", "its one thread is busy all the time",
		"Less work for each answer; then loops gain."},
	{"client-cpu", "the CPU time of the client decides",
		"More cores, or less work for each answer."},
	{"server-cpu", "the server's CPU time decides",
		"A faster server, or one on another machine."},
	{"capacity", "the server takes no more requests at once",
		"A server that takes more requests at once."},
	{"limit", "the server's rate limit decides",
		"A higher rate limit; below it, strategies are alike."},
	{"link", "the answers fill the link",
		"A faster link, or smaller answers."},
	{"quota", "the quota of CPU time stops it",
		"A greater quota of CPU "
		"time."},
	{"retries", "the waits before items are tried again decide",
		"Fewer failures, or shorter waits."},
	{"listen-queue", "connections wait in the server's listen queue",
		"A longer listen queue, or fewer new connections at once."},
	{"order", "the server's queue served it in a lucky order", NULL},
};
enum { BOUNDS = sizeof(bounds) / sizeof(bounds[0]) };

const char *advice_why(const char *bound_by)
{
	for (size_t i = 0; i < BOUNDS; i++)
		if (strcmp(bounds[i].bound_by, bound_by) == 0)
			return bounds[i].why;
	return "no single cause explains the time";
}

const char *advice_what_helps(const char *bound_by)
{
	for (size_t i = 0; i < BOUNDS; i++)
		if (strcmp(bounds[i].bound_by, bound_by) == 0)
			return bounds[i].helps;
	return NULL;
}
