/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds strategies: built in by name, or in a shared object by path. Both pass
 * the same checks.
 */
#ifndef HARNESS_ROSTER_REGISTRY_H
#define HARNESS_ROSTER_REGISTRY_H

#include <limits.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/*
 * Finds a strategy: a word with a '/' is the path of a shared object. Such a
 * plug-in is never loaded into this process: another one does so and tells of
 * it, and what is returned, for the life of this process, has no functions.
 * Returns NULL with *err filled in. The caller must have one thread.
 */
const struct fr_strategy *registry_find(const char *word, struct fr_error *err);

/*
 * In a trial's process: *loaded is the strategy with its functions, itself
 * unless it is a plug-in. Returns 0 or -errno; -ESTALE: its file is another one
 * than when it was found.
 */
int registry_load(
	const struct fr_strategy **loaded, const struct fr_strategy *strategy);

/*
 * The word by which another process of this host finds the strategy: its name
 * when it is built in, else the absolute path of its shared object, written to
 * `path`; its name again when it is of neither.
 */
const char *registry_word(
	const struct fr_strategy *strategy, char path[PATH_MAX]);

/* The i-th built-in strategy; NULL behind the last. */
const struct fr_strategy *registry_builtin(size_t i);

/*
 * Whether a strategy keeps the contract: the right ABI, a well-formed name,
 * what is required. Returns 0, or -1 with *err naming `origin` and the fault.
 */
int registry_check(const struct fr_strategy *strategy, const char *origin,
	struct fr_error *err);

#endif
