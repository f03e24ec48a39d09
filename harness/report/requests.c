/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requests of trials, from which a script of the page draws the trial that the
 * reader chooses. The data of a run are
 *
 *   {"codes": [of each item, "cn"], "trials": [TRIAL, ..]}
 *
 * and of a trial
 *
 *   {"trial": "12", "cell": "openmp@20", "block": 3, "ms": 52.1,
 *    "i": [item, ..], "w": [worker, ..],  one entry for each request
 *    "s": [start], "f": [first byte - start], "e": [end - start],  in us
 *    "x": [index of a failed request, ..]}
 *
 * If all trials together have too many requests, the data have the trial nearest
 * each cell's median only.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/plot/plots_rows.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/runs/measures.h"
#include "harness/runs/trials.h"

/* A trial whose requests are wanted. */
struct wanted {
	char trial[32];
	char cell[ROWS_TEXT_MAX];
	bool is_median;
	size_t place; /* of the cell in the tables */
	int64_t block;
	double ms;
	uint64_t requests; /* at most REPORT_ITEMS_MAX */
	json_t *lists[6];  /* i, w, s, f, e, x; borrowed from the data */
	size_t count;      /* requests so far */
	bool cut;          /* it has more */
};

static const char *const list_names[] = {"i", "w", "s", "f", "e", "x"};

enum { LISTS = sizeof(list_names) / sizeof(list_names[0]) };

/* The trials of a run. */
struct choice {
	const struct report_run *run;
	size_t room;           /* for so many requests more */
	struct wanted *trials; /* sorted by name before requests are read */
	size_t count, capacity;
	uint64_t of; /* trials that there are */
	uint64_t requests;
	json_t *codes; /* borrowed from the data */
	char last[32]; /* the trial of the last row */
	struct wanted *at;
};

/* The cell that the trial is one of; NULL: none of the summary. */
static const struct summary_row *cell_of(
	const struct summary *summary, const struct trial_row *trial)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		const struct setting *s = workload_settings;

		if (row->concurrency != trial->concurrency ||
			strcmp(row->strategy, trial->strategy) != 0 ||
			strcmp(row->protocol, trial->protocol) != 0 ||
			strcmp(row->samples, trial->samples) != 0)
			continue;
		while (s->name &&
			!setting_compare(s, &row->workload, &trial->workload))
			s++;
		if (!s->name)
			return row;
	}
	return NULL;
}

/* The cell's name, with true commas. */
static void name_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	static const char comma[] = "\342\200\232";
	char *at;

	plots_format_cell(cell, summary, row);
	while ((at = strstr(cell, comma))) {
		*at = ',';
		memmove(at + 1, at + strlen(comma), strlen(at + 2));
	}
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct choice *choice = ctx;
	const struct summary *summary = choice->run->summary;
	struct wanted wanted = {.block = trial->block,
		.ms = measure_known(trial->elapsed_ns) / 1e6};
	const struct summary_row *row;

	(void)run;
	if (!trial_verdict_counts(trial->verdict))
		return 0;
	row = cell_of(summary, trial);
	if (!row)
		return 0;
	wanted.place = (size_t)(row - summary->rows);
	wanted.is_median = !strcmp(row->median_trial, trial->trial);
	wanted.requests = row->workload.requests < REPORT_ITEMS_MAX
		? row->workload.requests
		: REPORT_ITEMS_MAX;
	memcpy(wanted.trial, trial->trial, sizeof(wanted.trial));
	name_cell(wanted.cell, summary, row);
	if (array_grow((void **)&choice->trials, choice->count,
		    &choice->capacity, sizeof(wanted)))
		return fr_error_memory(err);
	choice->trials[choice->count++] = wanted;
	choice->of++;
	choice->requests += wanted.requests;
	return 0;
}

/* Keeps the trials nearest the medians, as far as there is room for them. */
static void keep_medians(struct choice *choice)
{
	size_t kept = 0;

	choice->requests = 0;
	for (size_t i = 0; i < choice->count; i++) {
		const struct wanted *wanted = &choice->trials[i];

		if (!wanted->is_median ||
			choice->requests + wanted->requests > choice->room)
			continue;
		choice->requests += wanted->requests;
		choice->trials[kept++] = *wanted;
	}
	choice->count = kept;
}

/* Makes the data's object of each trial. */
static int make_lists(struct choice *choice, json_t *trials)
{
	for (size_t i = 0; i < choice->count; i++) {
		struct wanted *wanted = &choice->trials[i];
		json_t *trial = json_pack("{s:s, s:s, s:I, s:o?}", "trial",
			wanted->trial, "cell", wanted->cell, "block",
			(json_int_t)wanted->block, "ms",
			isnan(wanted->ms) ? NULL : json_real(wanted->ms));

		if (!trial || json_array_append_new(trials, trial))
			return -1;
		for (size_t l = 0; l < LISTS; l++) {
			wanted->lists[l] = json_array();
			if (json_object_set_new(
				    trial, list_names[l], wanted->lists[l]))
				return -1;
		}
	}
	return 0;
}

/* As the tables have their cells, and then as they were run. */
static int by_place(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

static int by_trial(const void *a, const void *b)
{
	return strcmp(((const struct wanted *)a)->trial,
		((const struct wanted *)b)->trial);
}

/* "/flags/cn/cn.gif" gives cn, of any item the first path that is seen. */
static void take_code(struct choice *choice, const struct request_row *request)
{
	const char *slash = strrchr(request->path, '/');
	const char *name = slash ? slash + 1 : request->path;

	while (json_array_size(choice->codes) <= request->item)
		if (json_array_append_new(choice->codes, json_string("")))
			return;
	if (!json_string_length(json_array_get(choice->codes, request->item)))
		(void)json_array_set_new(choice->codes, request->item,
			json_stringn(name, strcspn(name, ".")));
}

static bool append(json_t *list, double value)
{
	return !json_array_append_new(list,
		isnan(value) ? json_null() : json_integer((json_int_t)value));
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	struct choice *choice = ctx;
	const struct request_row *request = row;
	double start = measure_known(request->start_ns) / 1e3;
	double first = measure_known(request->first_byte_ns) / 1e3 - start;
	double end = measure_known(measure_answered_ns(request)) / 1e3 - start;
	struct wanted *at;

	if (strcmp(request->trial, choice->last) != 0) {
		struct wanted key = {.trial = ""};

		memcpy(key.trial, request->trial, sizeof(key.trial));
		memcpy(choice->last, request->trial, sizeof(key.trial));
		choice->at = bsearch(&key, choice->trials, choice->count,
			sizeof(key), by_trial);
	}
	at = choice->at;
	if (!at || isnan(start) || isnan(end))
		return 0;
	/* trials.csv may have fewer requests than there are. */
	if (request->item >= REPORT_ITEMS_MAX || !choice->room) {
		at->cut = true;
		return 0;
	}
	take_code(choice, request);
	if (!append(at->lists[0], (double)request->item) ||
		!append(at->lists[1], measure_known(request->worker)) ||
		!append(at->lists[2], start) || !append(at->lists[3], first) ||
		!append(at->lists[4], end) ||
		(request->status != FR_OK &&
			!append(at->lists[5], (double)at->count)))
		return fr_error_memory(err);
	at->count++;
	choice->room--;
	return 0;
}

/* Says what of the run the data leave out. */
static void write_part(FILE *out, const struct choice *choice)
{
	bool cut = false;

	for (size_t i = 0; i < choice->count; i++)
		cut |= choice->trials[i].cut;
	fputs("<p class=\"about\">", out);
	if (choice->count == choice->of)
		html_say(out,
			"This page has the requests of all %" PRIu64
			" trials that give figures.",
			choice->of);
	else
		html_say(out,
			"This page has the requests of %zu of %" PRIu64
			" trials: of each cell the trial nearest its median, "
			"as far as there is room.",
			choice->count, choice->of);
	if (cut)
		html_say(out, " Of long trials it has the first requests.");
	if (cut || choice->count < choice->of)
		html_say(out, " requests.csv has all of them.");
	fputs("</p>\n", out);
}

static int read_all(struct choice *choice, json_t *trials, struct fr_error *err)
{
	bool torn;

	if (trials_read(&choice->run->dir, 1, take_trial, choice, &torn, err))
		return -1;
	if (choice->requests > choice->room)
		keep_medians(choice);
	if (!choice->count)
		return 0;
	qsort(choice->trials, choice->count, sizeof(struct wanted), by_place);
	if (make_lists(choice, trials))
		return fr_error_memory(err);
	qsort(choice->trials, choice->count, sizeof(struct wanted), by_trial);
	return requests_read(
		choice->run->dir, &request_schema, take_request, choice, err);
}

int report_requests(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	struct choice choice = {.run = run, .room = report->requests_left};
	json_t *trials = json_array();
	json_t *data = json_pack("{s:[], s:o}", "codes", "trials", trials);
	FILE *out = report->out;
	int rc;

	if (!data || json_array_append_new(report->data, data))
		return fr_error_memory(err);
	choice.codes = json_object_get(data, "codes");
	rc = read_all(&choice, trials, err);
	report->requests_left = choice.room;
	if (!rc && choice.count) {
		report_head(report,
			"Who downloaded what, and when: choose a trial");
		write_part(out, &choice);
		fprintf(out,
			"<div class=\"requests\" data-run=\"%zu\" hidden>"
			"</div>\n<noscript><p class=\"note\">A script draws "
			"this picture.</p></noscript>\n",
			json_array_size(report->data) - 1);
	}
	free(choice.trials);
	return rc;
}
