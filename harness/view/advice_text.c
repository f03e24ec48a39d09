/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An advice for people: what to use in the first line, then the figures, and why,
 * how sure, and what would change the answer.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/roster/traits.h"
#include "harness/view/advice_show.h"
#include "harness/view/format.h"

/* "52.7 ms", or in s if that is longer. */
static void format_time(char words[FORMAT_MAX], double ns)
{
	bool in_s = ns >= 1e10;
	double value = in_s ? ns / 1e9 : ns / 1e6;

	(void)snprintf(words, FORMAT_MAX, value < 100 ? "%.3g %s" : "%.0f %s",
		value, in_s ? "s" : "ms");
}

/* How many rows are as good as the fastest, as measured. */
static size_t count_good(const struct advice *advice)
{
	size_t count = 0;

	for (size_t i = 0; i < advice->count; i++)
		count += advice_is_in(&advice->rows[i]) &&
			advice->rows[i].ratio.value <= 1 + ELIMINATION_CLOSE;
	return count;
}

/* The simplest of the rows that were not shown to be slower. */
static const struct advice_row *simplest(const struct advice *advice)
{
	const struct advice_row *found = &advice->rows[advice->chosen];

	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->rows[i];

		if (advice_is_in(row) && advice_is_timed(row) &&
			(row->place < found->place ||
				(row->place == found->place &&
					row->concurrency < found->concurrency)))
			found = row;
	}
	return found;
}

/* What is simpler and may be as fast, but was not measured to be. */
static void write_simplest(struct advice_text *text)
{
	const struct advice_row *row = simplest(text->advice);
	char label[SUMMARY_LABEL_MAX], share[FORMAT_MAX];

	if (row == &text->advice->rows[text->advice->chosen])
		return;
	advice_label(label, row);
	advice_share(share, row->ratio.value - 1);
	paragraph_say(&text->paragraph,
		"Of those that cannot be told apart from the fastest, the "
		"simplest is %s, but it was measured %s slower.",
		label, share);
}

static void write_answer(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	const struct advice_row *row = &advice->rows[advice->chosen];
	const struct traits *traits = traits_find(row->strategy);
	size_t good = count_good(advice);
	char label[SUMMARY_LABEL_MAX];

	advice_label(label, row);
	if (text->paragraph.markdown)
		paragraph_say(&text->paragraph, "**Use %s**:", label);
	else
		paragraph_say(&text->paragraph, "Use %s%s%s:",
			screen_begin(text->paragraph.out, PAINT_BEST), label,
			screen_end(text->paragraph.out, PAINT_BEST));
	if (good > 1)
		paragraph_say(&text->paragraph,
			"it is the simplest of the %zu within 1 %% of the "
			"fastest.",
			good);
	else if (advice_count_in(advice) > 1)
		paragraph_say(&text->paragraph,
			"it was the fastest, but %zu other%s not shown to be "
			"slower.",
			advice_count_in(advice) - 1,
			advice_count_in(advice) == 2 ? " was" : "s were");
	else
		paragraph_say(&text->paragraph,
			"it is the fastest, and no other is within 1 %%.");
	if (traits)
		paragraph_say(&text->paragraph,
			"You write %s: start from strategies/%s.c.",
			traits->how, row->strategy);
	write_simplest(text);
	paragraph_end(&text->paragraph);
}

static void write_workload(struct advice_text *text)
{
	const struct workload *workload = &text->advice->workload;
	bool any = false;

	paragraph_say(&text->paragraph, "The question:");
	for (const struct setting *s = workload_settings; s->name; s++) {
		char label[SETTING_TEXT_MAX];

		setting_label(label, s, workload);
		if (!label[0] || s->quiet)
			continue;
		if (any)
			paragraph_mark(&text->paragraph, ',');
		any = true;
		paragraph_say(&text->paragraph, "%s", label);
	}
	if (text->advice->constraints[0]) {
		if (any)
			paragraph_mark(&text->paragraph, ',');
		paragraph_say(
			&text->paragraph, "%s", text->advice->constraints);
	}
	paragraph_mark(&text->paragraph, '.');
	paragraph_end(&text->paragraph);
}

/*
 * Whether a cell of the same strategy that is better stands before row i: then
 * that one speaks for the strategy.
 */
static bool is_known(const struct advice *advice, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(advice->rows[j].strategy,
			    advice->rows[i].strategy) == 0)
			return true;
	return false;
}

/* A list of the cells of one state, with a figure or a reason. */
static void write_list(
	struct advice_text *text, enum advice_state state, const char *lead)
{
	const struct advice *advice = text->advice;
	bool any = false;

	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->rows[i];
		char label[SUMMARY_LABEL_MAX], share[FORMAT_MAX];

		if (row->state != state ||
			(state == ADVICE_SLOWER && is_known(advice, i)))
			continue;
		if (any)
			paragraph_mark(&text->paragraph, ',');
		else
			paragraph_say(&text->paragraph, "%s", lead);
		any = true;
		advice_label(label, row);
		advice_share(share, row->ratio.value - 1);
		if (state == ADVICE_SLOWER)
			paragraph_say(&text->paragraph, "%s +%s", label, share);
		else if (row->reason[0])
			paragraph_say(&text->paragraph, "%s (%s)", label,
				row->reason);
		else
			paragraph_say(&text->paragraph, "%s", label);
	}
	if (!any)
		return;
	paragraph_mark(&text->paragraph, '.');
	paragraph_end(&text->paragraph);
}

/* What was not raced, by its concurrency. */
static void write_beyond(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	bool any = false;

	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->rows[i];
		char least[FORMAT_MAX];
		bool told = row->state != ADVICE_BEYOND;

		for (size_t j = 0; j < i; j++)
			told |= advice->rows[j].state == ADVICE_BEYOND &&
				advice->rows[j].concurrency == row->concurrency;
		if (told)
			continue;
		format_time(least, row->least_ns);
		if (any)
			paragraph_mark(&text->paragraph, ',');
		else
			paragraph_say(&text->paragraph,
				"Not raced, because the delays and the work "
				"alone take longer:");
		any = true;
		paragraph_say(&text->paragraph, "%" PRIu64 " in flight (%s)",
			row->concurrency, least);
	}
	if (!any)
		return;
	paragraph_mark(&text->paragraph, '.');
	paragraph_end(&text->paragraph);
}

static void write_why(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	const struct advice_row *row = &advice->rows[advice->chosen];
	char label[SUMMARY_LABEL_MAX], ideal[FORMAT_MAX], time[FORMAT_MAX];

	advice_label(label, row);
	paragraph_head(&text->paragraph, "Why:");
	paragraph_say(&text->paragraph, "of %s, %s.", label,
		advice_why(row->bound_by));
	if (isnan(row->ideal_ns)) {
		paragraph_end(&text->paragraph);
		return;
	}
	format_time(ideal, row->ideal_ns);
	format_time(time, row->time.value);
	paragraph_say(&text->paragraph,
		"%s of its %s are what the delays and the work take at no other "
		"cost.",
		ideal, time);
	paragraph_end(&text->paragraph);
}

static void write_sure(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	size_t level = 0;

	for (size_t i = 0; i < advice->count; i++) {
		level += advice->rows[i].state == ADVICE_LEVEL;
	}
	paragraph_head(&text->paragraph, "How sure:");
	paragraph_say(&text->paragraph,
		"%zu block%s, %zu trials. The probability that the fastest was "
		"dropped is at most 5 %%.",
		advice->blocks, advice->blocks == 1 ? "" : "s", advice->trials);
	if (level)
		paragraph_say(&text->paragraph,
			"Whether %zu of the %zu above %s slower by more than "
			"1 %% is open:",
			level, advice_count_in(advice),
			level == 1 ? "is" : "are");
	if (level && advice->interrupted)
		paragraph_say(&text->paragraph, "the race was interrupted.");
	else if (level && advice->blocks_max < ELIMINATION_BLOCKS_MAX)
		paragraph_say(&text->paragraph,
			"more --blocks than %zu would tell.",
			advice->blocks_max);
	else if (level)
		paragraph_say(&text->paragraph,
			"a race of these alone (--strategy) would tell more.");
	paragraph_end(&text->paragraph);
}

/* Nothing could be advised: says why. */
static void write_nothing(struct advice_text *text)
{
	paragraph_say(&text->paragraph, "%s, so nothing is advised.",
		text->advice->blocks
			? "No cell has enough valid trials"
			: "The race ended before its first block was complete");
	paragraph_end(&text->paragraph);
	if (text->advice->blocks)
		write_list(text, ADVICE_INVALID, "Not valid:");
}

void advice_write_text(FILE *out, const struct advice *advice, bool markdown)
{
	struct advice_text text = {
		.paragraph = {.out = out, .markdown = markdown},
		.advice = advice};

	if (advice->chosen == advice->count) {
		write_nothing(&text);
		return;
	}
	write_answer(&text);
	write_workload(&text);
	advice_write_table(&text);
	write_list(&text, ADVICE_SLOWER,
		"Shown to be slower by more than 1 % (each strategy at its best):");
	write_list(&text, ADVICE_FAILING,
		"Dropped, because more of their requests failed:");
	write_list(&text, ADVICE_INVALID, "Dropped, because not valid:");
	write_beyond(&text);
	write_why(&text);
	write_sure(&text);
	advice_write_changes(&text);
}
