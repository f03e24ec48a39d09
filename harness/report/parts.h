/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a report, each in a file of its own. One thread. */
#ifndef HARNESS_REPORT_PARTS_H
#define HARNESS_REPORT_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"
#include "harness/report/report.h"
#include "harness/runs/summary.h"

/*
 * What a page may hold. A page of 500 trials of 20 requests has at most 3 MB: about
 * 25 bytes for a request, and the pictures.
 */
enum {
	REPORT_REQUESTS_MAX = 40000,   /* of all runs together */
	REPORT_ITEMS_MAX = 2000,       /* of a trial: the first ones */
	REPORT_PICTURE_MAX = 700000,   /* bytes */
	REPORT_PICTURES_MAX = 1700000, /* bytes, all together */
	REPORT_SIDES_MAX = 8,          /* runs beside each other in a table */
	REPORT_LEFT_OUT_MAX = 200,     /* trials that were not valid */
};

/* A run of the report. */
struct report_run {
	const char *dir;
	char name[ROWS_TEXT_MAX]; /* for people */
	struct summary *summary;  /* owned */
	json_t *facts;            /* owned; of run.json; NULL: there is none */
};

/* A report that is being written. */
struct report {
	const struct report_terms *terms;
	struct report_run *runs; /* terms->runs of them */
	json_t *check;           /* owned; NULL: none */
	FILE *out;               /* the body of the page */
	json_t *data;            /* of each run, its trials; see requests.c */
	size_t requests_left;    /* as in REPORT_REQUESTS_MAX */
	size_t pictures_left;    /* bytes */
	size_t pictures;         /* so far, which tells their ids apart */
	struct fr_error *note;   /* as in report.h */
};

/* A heading of a part of a run. */
void report_head(struct report *report, const char *words);

/* What was done, and what follows from sweeps, over the tables. */
int report_answer(struct report *report, const struct report_run *run,
	struct fr_error *err);

/* What else can be said of the fastest cells, under the tables. */
int report_more(struct report *report, const struct report_run *run,
	struct fr_error *err);

/* The answer alone, in a sentence. Returns 0 or -ENOMEM. */
int report_headline(FILE *out, const struct report_run *run);

/* The ranked tables. */
int report_tables(struct report *report, const struct report_run *run,
	struct fr_error *err);

/* What the columns of the tables mean. */
int report_columns(struct report *report, const struct report_run *run,
	struct fr_error *err);

/*
 * The pictures of a run, or of a check's report: `source` is as in struct
 * plots_terms. Pictures that cannot be drawn are named. Returns 0, or -1 with *err.
 */
int report_pictures(
	struct report *report, const char *source, struct fr_error *err);

/*
 * Adds the requests of the run's trials to the data, and a place in which a script
 * draws those of one trial. Returns 0, or -1 with *err.
 */
int report_requests(struct report *report, const struct report_run *run,
	struct fr_error *err);

/* The trials that are not valid, and why. */
int report_left_out(struct report *report, const struct report_run *run,
	struct fr_error *err);

/* Host, settings, and the command to repeat the run. */
void report_facts(struct report *report, const struct report_run *run);

/* The runs beside each other, each compared with the first one. */
int report_sides(struct report *report, struct fr_error *err);

/* The text of a member; "": there is none. */
const char *report_member(const json_t *object, const char *key);

/* A check: its verdict, picture and rows. */
int report_check(struct report *report, struct fr_error *err);

/*
 * Writes the whole page to out: the skeleton with the body and the data. Returns 0
 * or -ENOMEM.
 */
int report_page(
	FILE *out, const char *title, const char *body, const json_t *data);

#endif
