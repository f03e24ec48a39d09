/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/changes_text.h"

#include <math.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/record/csv.h"
#include "harness/view/sheet.h"

enum { NAMED_MAX = 6, SENTENCE_MAX = 1536 };

/* What is said of the rows of one metric. */
struct changes {
	const struct listing *listing;
	size_t first, end;   /* its rows */
	size_t keys_from;    /* keys before this one are not in names */
	size_t all, changed; /* cells that can be compared; of these */
	size_t open;         /* cells that have too few trials to tell */
	size_t failing;      /* cells that fail more of their requests */
	size_t lone;         /* cells that only one run has */
	char named[SENTENCE_MAX];
};

/* Whether all rows have the same value of the key. */
static bool is_shared(const struct changes *changes, size_t key)
{
	const struct listing *listing = changes->listing;
	const struct column *column = &listing->columns[key];
	char one[ROWS_TEXT_MAX], other[ROWS_TEXT_MAX];

	csv_member(one, column, listing_row(listing, changes->first));
	for (size_t i = changes->first; i < changes->end; i++) {
		csv_member(other, column, listing_row(listing, i));
		if (strcmp(one, other) != 0)
			return false;
	}
	return true;
}

/* "epoll@8 fault 503:50%": what distinguishes the row. */
static void name_row(
	char name[ROWS_TEXT_MAX], const struct changes *changes, size_t i)
{
	const struct listing *listing = changes->listing;

	name[0] = '\0';
	for (size_t k = changes->keys_from; k < listing->key_count; k++) {
		const struct column *column = &listing->columns[k];
		bool is_strategy = !strcmp(column->name, "strategy");
		bool is_places = !strcmp(column->name, "concurrency");
		size_t used = strlen(name);
		char text[ROWS_TEXT_MAX];

		if (is_strategy || is_places)
			csv_member(text, column, listing_row(listing, i));
		else
			sheet_say(text, column, listing_row(listing, i));
		if (!text[0] || (!is_strategy && is_shared(changes, k)))
			continue;
		if (is_strategy || is_places)
			(void)snprintf(name + used, ROWS_TEXT_MAX - used,
				"%s%.80s", is_places && used ? "@" : "", text);
		else
			(void)snprintf(name + used, ROWS_TEXT_MAX - used,
				"%s%.80s", used ? " " : "", text);
	}
}

/* Adds a changed cell: ", epoll@8 -48.7 % [-82.1, -0.2]". */
static void add_changed(struct changes *changes, size_t i, double change,
	const struct estimate *ratio)
{
	size_t used = strlen(changes->named);
	char name[ROWS_TEXT_MAX];

	changes->changed++;
	if (changes->changed > NAMED_MAX)
		return;
	name_row(name, changes, i);
	(void)snprintf(changes->named + used, SENTENCE_MAX - used,
		"%s%.80s %+.1f %%", used ? ", " : "", name, 100 * change);
	used = strlen(changes->named);
	if (ratio)
		(void)snprintf(changes->named + used, SENTENCE_MAX - used,
			" [%+.1f, %+.1f]", 100 * (ratio->low - 1),
			100 * (ratio->high - 1));
}

static void write_changes(
	FILE *out, const struct changes *changes, const char *where)
{
	const struct listing_head *head =
		listing_row(changes->listing, changes->first);
	size_t unnamed =
		changes->changed > NAMED_MAX ? changes->changed - NAMED_MAX : 0;
	char rest[SENTENCE_MAX] = "";

	if (unnamed)
		(void)snprintf(rest, sizeof(rest), " and %zu more", unnamed);
	if (changes->open)
		(void)snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest),
			"; %zu cannot be told, for too few trials",
			changes->open);
	if (changes->failing)
		(void)snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest),
			"; %zu fail%s more of the requests", changes->failing,
			changes->failing == 1 ? "s" : "");
	if (changes->lone)
		(void)snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest),
			"; %zu %s nothing to be compared with", changes->lone,
			changes->lone == 1 ? "has" : "have");
	screen_paragraph(out, "%s%zu of %zu changed%s in %s%s%s%s%s.",
		screen_begin(out, changes->changed ? PAINT_OPEN : PAINT_BEST),
		changes->changed, changes->all,
		screen_end(out, changes->changed ? PAINT_OPEN : PAINT_BEST),
		head->metric, where, changes->changed ? ": " : "",
		changes->named, rest);
}

/* Counts a row of a comparison. */
static void count_compared(
	struct changes *changes, size_t i, const struct comparison_row *row)
{
	if (!row->base_trials || !row->new_trials) {
		changes->lone++;
		return;
	}
	changes->all++;
	if (row->fails_more)
		changes->failing++;
	else if (isnan(row->ratio.low))
		changes->open++;
	else if (row->ratio.low > 1 || row->ratio.high < 1)
		add_changed(changes, i, row->ratio.value - 1, &row->ratio);
}

void changes_write_comparison(FILE *out, const struct comparison *comparison)
{
	const struct listing *listing = comparison->listing;

	for (size_t m = 0; m < listing->metrics; m++) {
		struct changes changes = {.listing = listing,
			.first = m * listing->groups,
			.end = (m + 1) * listing->groups};

		for (size_t i = changes.first; i < changes.end; i++)
			count_compared(&changes, i, listing_row(listing, i));
		write_changes(out, &changes, "");
	}
	(void)fputc('\n', out);
}

void changes_write_history(FILE *out, const struct history *history)
{
	const struct listing *listing = history->listing;
	const struct history_row *last =
		listing_row(listing, listing->groups - 1);
	struct changes changes = {.listing = listing, .keys_from = 1};
	char where[96];

	changes.end = listing->groups;
	changes.first = changes.end;
	while (changes.first > 0) {
		const struct history_row *row =
			listing_row(listing, changes.first - 1);

		if (strcmp(row->head.keys.run, last->head.keys.run) != 0)
			break;
		changes.first--;
	}
	/* A single run has no run before it. */
	if (!changes.first)
		return;
	for (size_t i = changes.first; i < changes.end; i++) {
		const struct history_row *row = listing_row(listing, i);

		if (isnan(row->change)) {
			changes.lone++;
			continue;
		}
		changes.all++;
		changes.open += row->verdict == HISTORY_UNKNOWN;
		if (row->verdict == HISTORY_CHANGED)
			add_changed(&changes, i, row->change, NULL);
	}
	(void)snprintf(where, sizeof(where), " from the run before to %s",
		last->head.keys.run);
	write_changes(out, &changes, where);
	(void)fputc('\n', out);
}
