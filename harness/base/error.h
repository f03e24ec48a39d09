/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words for a failure: what was wrong, where, and what would be right, in one
 * line without a full stop. Who detects a failure fills it in; only the
 * command line prints it.
 */
#ifndef HARNESS_BASE_ERROR_H
#define HARNESS_BASE_ERROR_H

/* What a command exits with. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_REGRESSION = 1,   /* also: a download that did not succeed */
	EXIT_USAGE = 2,        /* the command line or a file of it is wrong */
	EXIT_INCONCLUSIVE = 3, /* too little data for a verdict */
	EXIT_INVALID = 4,      /* nothing could be measured, or not truly */
	EXIT_INTERRUPTED = 130,
};

struct fr_error {
	enum exit_status status; /* what the command should exit with */
	char text[512];
};

/* Fills *err (NULL is accepted); longer texts are cut. Returns -1. */
__attribute__((format(printf, 3, 4))) int fr_error_set(
	struct fr_error *err, enum exit_status status, const char *format, ...);

/*
 * The status for an errno of a path that the user gave: EXIT_USAGE where
 * another path would do, EXIT_INVALID where the system is short of something.
 */
enum exit_status fr_status_of(int error);

/* Puts "where: " before what is said. Returns -1. */
int fr_error_at(struct fr_error *err, const char *where);

#endif
