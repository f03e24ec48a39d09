/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/tune_text.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/view/format.h"

/* The findings that are written, and the place for all lines. */
struct tune_text {
	FILE *out;
	const struct tune_terms *terms;
	const struct tune_finding *findings;
	size_t count;
};

/* Whether the findings differ in the setting. */
static bool tells_apart(
	const struct tune_text *text, const struct setting *setting)
{
	const struct cell *first = text->findings[0].cell;

	for (size_t i = 1; i < text->count; i++)
		if (setting_compare(setting, &first->workload,
			    &text->findings[i].cell->workload))
			return true;
	return false;
}

static bool is_closed(const struct tune_text *text)
{
	return text->terms->goal.loop == TUNING_CLOSED;
}

/* "epoll" or "epoll@256", and the settings in which the findings differ. */
static void write_name(
	const struct tune_text *text, const struct tune_finding *finding)
{
	const struct cell *cell = finding->cell;
	char value[SETTING_TEXT_MAX];

	fprintf(text->out, "%s", cell->strategy->name);
	if (!is_closed(text))
		fprintf(text->out, "@%u", cell->concurrency);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!tells_apart(text, s))
			continue;
		setting_write(value, s, &cell->workload);
		fprintf(text->out, ", %s %s", s->name, value);
	}
	fprintf(text->out, ": ");
}

static void write_level(FILE *out, double level)
{
	if (level > 0)
		fprintf(out, "%.6g", level);
	else
		fprintf(out, "?");
}

/* " [48, 50]", or nothing if neither end is known. */
static void write_interval(FILE *out, const struct tuning_answer *answer)
{
	if (!(answer->low > 0 || answer->high > 0))
		return;
	fprintf(out, " [");
	write_level(out, answer->low);
	fprintf(out, ", ");
	write_level(out, answer->high);
	fprintf(out, "]");
}

static void write_number(FILE *out, double x)
{
	char figure[FORMAT_MAX];

	format_number(figure, x);
	fprintf(out, "%s", figure);
}

static void write_ms(FILE *out, double ns)
{
	write_number(out, ns / 1e6);
	fprintf(out, " ms");
}

/* Why a rate was not held. */
static void write_why(
	const struct tune_text *text, const struct tune_level *level)
{
	switch (level->failure) {
	case TUNE_HELD:
	case TUNE_SLOW:
		fprintf(text->out, "%s is ", text->terms->goal.quantile);
		write_ms(text->out, level->latency_ns);
		break;
	case TUNE_GROWS:
		fprintf(text->out, "a queue grows in the server");
		break;
	case TUNE_WAITS:
		fprintf(text->out, "ever more requests wait for a place");
		break;
	case TUNE_FAILS:
		fprintf(text->out, "requests fail");
		break;
	case TUNE_BREAKS:
		fprintf(text->out, "the trials fail");
		break;
	case TUNE_UNKNOWN:
		fprintf(text->out, "the trials are not valid");
		break;
	}
}

static void write_bound(FILE *out, const char *before, const char *bound_by)
{
	if (bound_by[0])
		fprintf(out, "%sbound by %s", before, bound_by);
}

/* What a closed loop has found at a concurrency. */
static void write_concurrency(
	const struct tune_text *text, const struct tune_finding *finding)
{
	const struct tuning_answer *answer = &finding->answer;
	const struct tune_level *at = &finding->at, *best = &finding->other;
	double percent = 100 * text->terms->tolerance;
	bool is_best = best->level == at->level;
	FILE *out = text->out;

	fprintf(out, "%s%.0f in flight%s %s %s", screen_begin(out, PAINT_BEST),
		at->level, screen_end(out, PAINT_BEST),
		at->level > 1 ? "are" : "is", is_best ? "best" : "enough");
	write_interval(out, answer);
	fprintf(out, ": ");
	write_number(out, at->throughput);
	fprintf(out, " requests/s");
	if (!is_best) {
		fprintf(out, ", within %g %% of the best (", percent);
		write_number(out, best->throughput);
		fprintf(out, " with %.0f)", best->level);
	} else if (finding->ended && !answer->at_least) {
		fprintf(out, "; fewer are more than %g %% slower", percent);
	}
	if (answer->at_most)
		fprintf(out, "; more was not tried");
	write_bound(out, "; ", at->bound_by);
	if (!is_best && strcmp(at->bound_by, best->bound_by) != 0 &&
		best->bound_by[0])
		fprintf(out, ", with %.0f by %s", best->level, best->bound_by);
}

/* What an open loop has found at a rate. */
static void write_rate(
	const struct tune_text *text, const struct tune_finding *finding)
{
	const struct tuning_answer *answer = &finding->answer;
	const struct tune_level *at = &finding->at, *over = &finding->other;
	FILE *out = text->out;

	fputs(screen_begin(out, PAINT_BEST), out);
	write_level(out, at->level);
	fprintf(out, " requests/s%s is the highest rate held with %s",
		screen_end(out, PAINT_BEST), text->terms->goal.text);
	write_interval(out, answer);
	fprintf(out, ": %s is ", text->terms->goal.quantile);
	write_ms(out, at->latency_ns);
	if (answer->at_most)
		fprintf(out, "; more was not tried");
	if (over->level > 0) {
		fprintf(out, "; at ");
		write_level(out, over->level);
		fprintf(out, " ");
		write_why(text, over);
	}
	if (!(finding->limit.level > 0)) {
		write_bound(out, "; ", at->bound_by);
		return;
	}
	write_bound(out, "; ", finding->limit.bound_by);
	fprintf(out, " at ");
	write_level(out, finding->limit.level);
}

static void write_nothing(
	const struct tune_text *text, const struct tune_finding *finding)
{
	FILE *out = text->out;

	if (is_closed(text) || !(finding->other.level > 0)) {
		fprintf(out,
			"nothing was found: no valid trial answered a request");
		return;
	}
	fprintf(out, "no rate is held with %s: at ", text->terms->goal.text);
	write_level(out, finding->other.level);
	fprintf(out, " requests/s ");
	write_why(text, &finding->other);
	write_bound(out, ", ", finding->other.bound_by);
}

static void write_finding(
	const struct tune_text *text, const struct tune_finding *finding)
{
	FILE *out = text->out;

	write_name(text, finding);
	if (finding->needless) {
		fprintf(out, "never has more than %u in flight.\n",
			finding->cell->concurrency);
		return;
	}
	if (!(finding->answer.level > 0))
		write_nothing(text, finding);
	else if (is_closed(text))
		write_concurrency(text, finding);
	else
		write_rate(text, finding);
	if (!finding->ended && finding->answer.level > 0)
		fprintf(out,
			"; so far: the trials ended before the interval "
			"was known");
	if (finding->invalid)
		fprintf(out, "; %zu of %zu trials were not valid",
			finding->invalid, finding->trials);
	fprintf(out, ".\n");
}

void tune_text_write(FILE *out, const struct tune_terms *terms,
	const struct tune_finding *findings, size_t count)
{
	const struct tune_text text = {out, terms, findings, count};

	for (size_t i = 0; i < count; i++)
		write_finding(&text, &findings[i]);
}

/* null for what is not known. */
static json_t *number(double x)
{
	return isfinite(x) && x > 0 ? json_real(x) : json_null();
}

/* A level is a whole number in a closed loop. */
static json_t *level_json(const struct tune_terms *terms, double level)
{
	if (!(level > 0))
		return json_null();
	return terms->goal.loop == TUNING_CLOSED
		? json_integer((json_int_t)level)
		: json_real(level);
}

static json_t *word(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

/* The settings that are not usual, as an option would give them. */
static json_t *workload_json(const struct workload *workload)
{
	json_t *object = json_object();
	char value[SETTING_TEXT_MAX];

	for (const struct setting *s = workload_settings; s->name; s++) {
		if (setting_is_usual(s, workload) ||
			strcmp(s->name, "arrivals") == 0)
			continue;
		setting_write(value, s, workload);
		json_object_set_new(object, s->name, json_string(value));
	}
	return object;
}

/* By enum tune_failure. */
static const char *const failure_words[] = {"held", "latency", "server-queue",
	"places", "failures", "trial", "invalid"};

/* The best level of a closed loop, or the rate that was not held. */
static json_t *other_json(
	const struct tune_terms *terms, const struct tune_level *other)
{
	bool closed = terms->goal.loop == TUNING_CLOSED;

	if (!(other->level > 0))
		return json_null();
	if (closed)
		return json_pack("{s:o, s:o, s:o}", "concurrency",
			level_json(terms, other->level), "throughput",
			number(other->throughput), "bound_by",
			word(other->bound_by));
	return json_pack("{s:o, s:s, s:o, s:o}", "rate",
		level_json(terms, other->level), "why",
		failure_words[other->failure], "latency_ns",
		number(other->latency_ns), "bound_by", word(other->bound_by));
}

static json_t *finding_json(
	const struct tune_terms *terms, const struct tune_finding *finding)
{
	const struct tuning_answer *answer = &finding->answer;
	bool closed = terms->goal.loop == TUNING_CLOSED;
	double level =
		finding->needless ? finding->cell->concurrency : answer->level;
	json_t *object = json_pack("{s:s, s:s, s:o, s:[o,o], s:o, s:o}",
		"strategy", finding->cell->strategy->name, "goal",
		terms->goal.text, closed ? "concurrency" : "rate",
		level_json(terms, level), "interval",
		level_json(terms, answer->low), level_json(terms, answer->high),
		"throughput", number(finding->at.throughput), "bound_by",
		word(finding->limit.level > 0 ? finding->limit.bound_by
					      : finding->at.bound_by));

	if (!object)
		return NULL;
	if (closed)
		json_object_set_new(
			object, "tolerance", json_real(terms->tolerance));
	else
		json_object_update_new(object,
			json_pack("{s:i, s:o}", "concurrency",
				(int)finding->cell->concurrency, "latency_ns",
				number(finding->at.latency_ns)));
	json_object_set_new(object, closed ? "best" : "not_held",
		other_json(terms, &finding->other));
	json_object_update_new(object,
		json_pack("{s:b, s:b, s:I, s:I, s:I, s:o}", "found",
			finding->ended && level > 0, "more_untried",
			answer->at_most && !finding->needless, "trials",
			(json_int_t)finding->trials, "invalid",
			(json_int_t)finding->invalid, "requests",
			(json_int_t)finding->requests, "workload",
			workload_json(&finding->cell->workload)));
	return object;
}

int tune_text_write_json(FILE *out, const struct tune_terms *terms,
	const struct tune_finding *findings, size_t count)
{
	json_t *list = json_array();
	int rc = list ? 0 : -1;

	for (size_t i = 0; i < count && !rc; i++)
		rc = json_array_append_new(
			list, finding_json(terms, &findings[i]));
	if (!rc)
		rc = json_dumpf(list, out, JSON_INDENT(2));
	json_decref(list);
	if (rc)
		return -ENOMEM;
	fprintf(out, "\n");
	return 0;
}

void tune_text_write_plan(FILE *out, const struct tune *tune)
{
	bool closed = tune->terms.goal.loop == TUNING_CLOSED;
	size_t trials;
	uint64_t requests;

	for (size_t i = 0; i < tune->count; i++) {
		const struct tune_search *search = &tune->searches[i];
		const struct tuning_terms *terms = &search->tuning.terms;
		const struct cell *cell = search->cell;

		if (search->needless)
			fprintf(out, "  %s: never has more than %u in flight\n",
				cell->strategy->name, cell->concurrency);
		else if (closed)
			fprintf(out,
				"  %s: concurrency %.0f to %.0f, %" PRIu64
				" requests a trial\n",
				cell->strategy->name, terms->least, terms->most,
				cell->workload.requests);
		else
			fprintf(out,
				"  %s@%u: %g to %g requests/s, at most %" PRIu64
				" requests a trial\n",
				cell->strategy->name, cell->concurrency,
				terms->least, terms->most,
				cell->workload.requests);
	}
	tune_limits(tune, &trials, &requests);
	fprintf(out, "at most %zu trials and %" PRIu64 " requests, for %s\n",
		trials, requests, tune->terms.goal.text);
}
