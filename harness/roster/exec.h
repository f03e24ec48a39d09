/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any program as a strategy, by a template of its command line:
 *
 *     NAME=curl -qsZ --parallel-max {concurrency} --config {urls_curl}
 *
 * A template is split into words as a shell does, with '..', ".." and \, but
 * nothing is expanded and no shell runs; a template that needs one has
 * sh -c '..'.
 * In its words are replaced
 *
 *     {url}          http://HOST:PORT
 *     {urls}         path of a file with a URL a line, one for each item
 *     {urls_curl}    path of such a file for curl --config; bodies are dropped
 *     {concurrency}  the most requests in flight
 *     {requests}     the number of items
 *     {out}          path of an empty folder of its own
 *     {here}         the folder of the file the template was read from
 *     {nothing}      no text: the program asks for no item (FR_NO_NETWORK), and
 *                    its start alone is measured
 *
 * A URL names its item to the server in its query, and has to be asked for as
 * it is. The lists are open in the trial's process, and any process of the same
 * user may open their paths, whatever descriptors it has closed. no_proxy and
 * NO_PROXY name the server, so that a proxy of the environment is not used.
 * The program's output is dropped, its errors are shown. Its exit
 * status voids nothing, since the witness knows what it did, but stands in the
 * reason of a trial that is invalid; one killed by a signal has crashed.
 *
 * The process that makes templates stays single threaded; trials run them.
 */
#ifndef HARNESS_ROSTER_EXEC_H
#define HARNESS_ROSTER_EXEC_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

struct exec;

/* A list of templates; all zeros is an empty one. */
struct exec_list {
	struct exec **execs;
	size_t count;
};

/*
 * Adds the templates of `text`: one a line, or those of a file for "@FILE", in
 * which empty lines and those that begin with # are skipped. Returns 0, or -1
 * with *err filled in; exec_list_release is called in either case.
 */
int exec_list_add(
	struct exec_list *list, const char *text, struct fr_error *err);

/* Frees the templates and removes their folders. */
void exec_list_release(struct exec_list *list);

/* The words of its command line, before replacement; NULL behind the last. */
const char *const *exec_words(const struct exec *exec);

/* The template as a strategy, which lives as long as it does. */
const struct fr_strategy *exec_strategy(const struct exec *exec);

#endif
