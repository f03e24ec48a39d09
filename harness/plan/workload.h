/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A workload: all that a cell asks for besides its strategy and concurrency.
 * One table, workload_table.h, describes each setting; the functions here work
 * on any of them.
 *
 * A workload is plain memory: copy it freely, free nothing. Any thread may call
 * these functions.
 */
#ifndef HARNESS_PLAN_WORKLOAD_H
#define HARNESS_PLAN_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"
#include "harness/base/values.h"
#include "harness/plan/workload_table.h"

/* The most items of a trial. */
enum { WORKLOAD_REQUESTS_MAX = 10000000 };

/*
 * The value of each setting. Texts are kept as written, numbers are in the unit
 * of their column. No value, such as no fault or no limit, is "" or FR_UNKNOWN,
 * and so is a value that a file does not have.
 */
struct workload {
	uint64_t requests;
	char latency[128];
	uint64_t payload_bytes;
	char connections[8];
	uint64_t timeout_ns;
	char fault[128];
	uint64_t capacity;
	char bandwidth[32];
	char arrivals[64];
	char range[40];
	char work[128];
	char retry[128];
	char limit[64];
	char cpus[16];
	uint64_t pids;
	uint64_t memory;
	char link[128];
	char tls[8];
	uint64_t hosts;
};

enum setting_form {
	FORM_NUMBER,       /* uint64_t, min to max */
	FORM_BYTES,        /* uint64_t bytes, min to max: 30000, 30kB */
	FORM_MILLISECONDS, /* uint64_t ns, whole ms: 250ms, 1.5s */
	FORM_WORD,         /* char[], one of words */
	FORM_TEXT,         /* char[], whatever `check` or the server takes */
};

/* The longest value of a setting as a text, including the NUL. */
enum { SETTING_TEXT_MAX = 160 };

struct setting {
	const char *name;   /* "payload": the option, the key, the member */
	const char *column; /* "payload_bytes" */
	size_t offset;      /* in struct workload */
	size_t size;        /* of the member */
	bool text;          /* the member is char[], else uint64_t */
	enum setting_form form;
	uint64_t min, max;
	const char *const *words; /* ends with NULL */
	/* Refuses a value: -1 with *err. NULL: none is refused here. */
	int (*check)(const char *text, const char *where, struct fr_error *err);
	bool required;     /* there is no value that an order may leave out */
	const char *none;  /* the word for none; NULL: it cannot be none */
	bool none_is_zero; /* none is a value like others, the least one */
	const char *usual; /* the value not worth telling, if not `none` */
	/* Why a program cannot be told of a value; NULL: it can. */
	const char *not_for_programs;
	bool added;     /* agents of the first version do not know it */
	bool server;    /* the mock server is told, by this name */
	bool same_work; /* cells that differ in it did other work */
	bool quiet;     /* told only where cells differ in it */
	const char *before, *behind; /* a label: "latency 50ms" */
};

enum { SETTINGS_MAX = 64 };

/* All settings, in the order of the table; a NULL name ends the list. */
extern const struct setting workload_settings[];

/* Sets each setting to none or its usual value; required ones are unknown. */
void workload_init(struct workload *workload);

/* The CPU quota; 0: none. */
double workload_cpus(const struct workload *workload);

/* Whether each item has a connection of its own. */
bool workload_is_fresh(const struct workload *workload);

/* Whether the items are asked for over TLS. */
bool workload_is_secure(const struct workload *workload);

/* Whether each connection makes a full handshake of TLS. */
bool workload_shakes_fully(const struct workload *workload);

/* Reads a value in the syntax of options. Returns 0, or -1 with *err. */
int setting_read(const struct setting *setting, struct workload *workload,
	const struct text *value, struct fr_error *err);

/* Writes the value as setting_read reads it, and none as its word. */
void setting_write(char text[SETTING_TEXT_MAX], const struct setting *setting,
	const struct workload *workload);

/* The value of a setting whose values are numbers. */
uint64_t setting_number(
	const struct setting *setting, const struct workload *workload);

/*
 * The value as a number, for what varies with it: *level, in the unit that is
 * returned, "ms" or "" (no unit). A time may be that of constant work or of a
 * constant delay. NULL: the value is not a number, or there is none.
 */
const char *setting_level(const struct setting *setting,
	const struct workload *workload, double *level);

/* Whether its values are numbers without a unit. */
bool setting_is_count(const struct setting *setting);

/* Whether the value is none or the usual one, which labels omit. */
bool setting_is_usual(
	const struct setting *setting, const struct workload *workload);

/*
 * Writes the setting in words, such as "latency 50ms" or "timeout 10 s"; "" if
 * the value is none or the usual one.
 */
void setting_label(char text[SETTING_TEXT_MAX], const struct setting *setting,
	const struct workload *workload);

/*
 * Compares two values: < 0, 0 or > 0. Numbers and durations compare by size,
 * texts as version strings.
 */
int setting_compare(const struct setting *setting, const struct workload *a,
	const struct workload *b);

/*
 * Compares the work of two workloads, setting by setting in the table's order:
 * < 0, 0 or > 0. 0: the same work, though perhaps done in another way.
 */
int workload_compare_work(const struct workload *a, const struct workload *b);

/* Whether two workloads differ in no setting but this one; NULL: in none. */
bool workload_same_but(const struct workload *a, const struct workload *b,
	const struct setting *setting);

#endif
