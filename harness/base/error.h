/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Error messages: what was wrong, where, and what would be right, in one line
 * without a full stop. The function that detects an error fills in the message;
 * only the commands print it.
 */
#ifndef HARNESS_BASE_ERROR_H
#define HARNESS_BASE_ERROR_H

/* Exit statuses of the commands. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_REGRESSION = 1, /* also: a download failed */
	EXIT_USAGE = 2,      /* the command line or one of its files is wrong */
	EXIT_INCONCLUSIVE = 3, /* too little data for a verdict */
	EXIT_INVALID = 4,      /* no valid measurement */
	EXIT_INTERRUPTED = 130,
};

struct fr_error {
	enum exit_status status; /* for the command */
	char text[512];
};

/* Fills in *err, which may be NULL. Long texts are cut. Returns -1. */
__attribute__((format(printf, 3, 4))) int fr_error_set(
	struct fr_error *err, enum exit_status status, const char *format, ...);

/* Fills in *err with "out of memory" and EXIT_INVALID. Returns -1. */
int fr_error_memory(struct fr_error *err);

/*
 * Returns the status for an errno from a path that the user gave: EXIT_USAGE if
 * another path would help, EXIT_INVALID if the system lacks a resource.
 */
enum exit_status fr_status_of(int error);

/* Puts "where: " before the message. Returns -1. */
int fr_error_at(struct fr_error *err, const char *where);

#endif
