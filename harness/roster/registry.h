/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds strategies: built-in ones by name, plug-ins by the path of a shared
 * object. Both pass the same checks.
 */
#ifndef HARNESS_ROSTER_REGISTRY_H
#define HARNESS_ROSTER_REGISTRY_H

#include <limits.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/*
 * Finds a strategy; a word with a '/' is the path of a plug-in. This process
 * never loads a plug-in: another process does, and reports the name and the
 * flags, so the result has no functions. The result is valid as long as this
 * process. Returns NULL with *err filled in on failure. The caller must have
 * one thread.
 */
const struct fr_strategy *registry_find(const char *word, struct fr_error *err);

/*
 * Called in a trial's process: sets *loaded to the strategy with its functions,
 * and loads it if it is a plug-in. Returns 0 or -errno; -ESTALE: the file has
 * changed since registry_find.
 */
int registry_load(
	const struct fr_strategy **loaded, const struct fr_strategy *strategy);

/*
 * Returns the word by which another process on this host finds the strategy:
 * the absolute path of a plug-in, written to `path`; the name of any other one.
 */
const char *registry_word(
	const struct fr_strategy *strategy, char path[PATH_MAX]);

/* The i-th built-in strategy; NULL behind the last. */
const struct fr_strategy *registry_builtin(size_t i);

/*
 * Checks the ABI, the name and the required members of a strategy. Returns 0,
 * or -1 with *err, which names `origin` and the fault.
 */
int registry_check(const struct fr_strategy *strategy, const char *origin,
	struct fr_error *err);

#endif
