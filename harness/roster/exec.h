/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any program as a strategy, by a template of its command line:
 *
 *     NAME=curl -qsZ --parallel-max {concurrency} --config {urls_curl}
 *
 * A template is split into words like a shell command, with '..', ".." and \.
 * Nothing is expanded and no shell runs; a template that needs a shell uses
 * sh -c '..'. These placeholders are replaced in the words:
 *
 *     {url}          http://HOST:PORT
 *     {urls}         path of a file with one URL per line, one for each item
 *     {urls_curl}    path of the same list for curl --config; drops bodies
 *     {concurrency}  the most requests in flight
 *     {requests}     the number of items
 *     {work_ns}      the CPU time in ns that one thread of the program is to use
 *                    for each item, after its answer; 0: none
 *     {cacert}       path of a file with the certificates to trust, in PEM
 *     {out}          path of an empty folder for this template
 *     {here}         the folder of the file that has the template
 *     {nothing}      no text: the program requests no items (FR_NO_NETWORK), so
 *                    that only its start is measured
 *     {plain}        no text: the program speaks no TLS (FR_PLAIN_HTTP), so it
 *                    is refused with --tls
 *
 * The query of a URL names the item, so the program must request the URL
 * unchanged. The lists are open in the trial's process; the program can open
 * their paths even if it, or a wrapper, has closed inherited descriptors. The
 * environment variables no_proxy and NO_PROXY name the server, so that no proxy
 * is used.
 *
 * Standard output of the program is dropped, standard error is shown. Its exit
 * status does not make a trial invalid, because the witness shows what it did,
 * but is part of the reason of an invalid trial. A program that a signal ended
 * has crashed.
 *
 * A resident program (EXEC_RESIDENT) is started in the trial's set-up and waits
 * there for GO, by the protocol of docs/PROGRAMS.md; its template may have the
 * same placeholders but {nothing}.
 *
 * The process that calls exec_list_add has one thread and runs no program.
 */
#ifndef HARNESS_ROSTER_EXEC_H
#define HARNESS_ROSTER_EXEC_H

#include <stdbool.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"

struct exec;

/* When a program is started. */
enum exec_kind {
	EXEC_ONCE,     /* --exec: at GO; it is done when it ends */
	EXEC_RESIDENT, /* --program: in set-up; it is done when it says DONE */
};

/* A list of templates; all zeros is an empty list. */
struct exec_list {
	struct exec **execs;
	size_t count;
};

/*
 * Adds the templates of `text`, one per line, or of a file for "@FILE". Skips
 * empty lines and lines that begin with #. Returns 0, or -1 with *err filled
 * in; the caller calls exec_list_release in both cases.
 */
int exec_list_add(struct exec_list *list, enum exec_kind kind, const char *text,
	struct fr_error *err);

/* "--exec" or "--program". */
const char *exec_option(const struct exec *exec);

/* Frees the templates and removes their folders. */
void exec_list_release(struct exec_list *list);

/* Returns the words of the template, with placeholders; ends with NULL. */
const char *const *exec_words(const struct exec *exec);

/* Returns the template as a strategy; valid until exec_list_release. */
const struct fr_strategy *exec_strategy(const struct exec *exec);

/* Whether the template of such a strategy has {work_ns}. */
bool exec_takes_work(const struct fr_strategy *strategy);

enum { EXEC_NOTE_MAX = 160 };

/*
 * Copies what a resident program did wrong in the trial that has just ended, or
 * what it had not done when the trial was killed: part of a sentence. "":
 * nothing, or the strategy is no resident program.
 */
void exec_note(char note[EXEC_NOTE_MAX], const struct fr_strategy *strategy);

/* Forgets the note of an earlier trial. */
void exec_forget(const struct fr_strategy *strategy);

#endif
