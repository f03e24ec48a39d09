/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/completion.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "harness/gate/check_metrics.h"
#include "harness/options/color.h"
#include "harness/plan/flags.h"
#include "harness/plan/ready.h"
#include "harness/plan/workload.h"
#include "harness/record/rows.h"
#include "harness/roster/registry.h"
#include "harness/roster/traits.h"
#include "harness/runs/measures.h"
#include "link/link.h"

enum { MEANING_MAX = 70 };

/* The word at the cursor, and what it is a value of. */
struct place {
	const char *word;   /* what is to be completed */
	const char *before; /* printed before each candidate */
	int before_length;
	const struct option_spec *option; /* NULL: an operand */
};

static void offer_behind(
	const struct place *place, const char *candidate, const char *meaning)
{
	int length = (int)strcspn(meaning, "\n");
	const char *end = strstr(meaning, ". ");

	if (strncmp(candidate, place->word, strlen(place->word)) != 0)
		return;
	if (end && end - meaning < length)
		length = (int)(end - meaning);
	if (length > MEANING_MAX)
		length = MEANING_MAX;
	printf("%.*s%s\t%.*s\n", place->before_length, place->before, candidate,
		length, meaning);
}

void completion_offer(
	const char *word, const char *candidate, const char *meaning)
{
	const struct place place = {.word = word, .before = ""};

	offer_behind(&place, candidate, meaning);
}

static void offer_words(const struct place *place, const char *const *words)
{
	for (; *words; words++)
		offer_behind(place, *words, "");
}

static void offer_strategies(const struct place *place)
{
	const struct fr_strategy *strategy;

	for (size_t i = 0; (strategy = registry_builtin(i)); i++)
		offer_behind(place, strategy->name, strategy->summary);
	if (place->option && strcmp(place->option->name, "strategy") == 0)
		offer_behind(place, "all", "every strategy that can run here");
}

static void offer_suites(const struct place *place)
{
	const struct ready_suite *suite;
	int length;

	for (size_t i = 0; (suite = ready_suite(i)); i++)
		offer_behind(
			place, suite->name, ready_question(suite, &length));
	puts(":files");
}

static void offer_runs(const struct place *place)
{
	DIR *results = opendir("results");
	const struct dirent *entry;
	char path[300];

	offer_behind(place, "latest", "the newest run in results/");
	while (results && (entry = readdir(results))) {
		(void)snprintf(path, sizeof(path), "results/%s/run.json",
			entry->d_name);
		if (access(path, R_OK) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "results/%s", entry->d_name);
		offer_behind(place, path, "a run");
	}
	if (results)
		(void)closedir(results);
	puts(":folders");
}

static bool wants_number(const struct place *place)
{
	return place->option && strcmp(place->option->name, "metric") == 0;
}

static void offer_columns(const struct place *place)
{
	const struct measure_set *set = &trial_measures;

	for (size_t i = 0; i < set->count && wants_number(place); i++)
		offer_behind(place, set->made[i].name, set->made[i].unit);
	for (size_t i = 0; i < trial_schema.count; i++) {
		const struct column *column = &trial_schema.columns[i];

		if (measure_is_number(column) || !wants_number(place))
			offer_behind(place, column->name, column->meaning);
	}
}

static void offer_metrics(const struct place *place)
{
#define NAME(name, ...) name,
	static const char *const names[] = {CHECK_METRICS(NAME) NULL};
#undef NAME

	offer_words(place, names);
}

static void offer_traits(const struct place *place)
{
	offer_words(place, trait_names);
}

static void offer_flags(const struct place *place)
{
	for (size_t i = 0; i < POP20_COUNT; i++)
		offer_behind(place, pop20[i], "");
}

static void offer_files(const struct place *place)
{
	(void)place;
	puts(":files");
}

static void offer_folders(const struct place *place)
{
	if (place->option && strcmp(place->option->name, "resume") == 0)
		offer_runs(place);
	else
		puts(":folders");
}

static void offer_commands(const struct place *place)
{
	(void)place;
	puts(":commands");
}

/* What the words of a usage, and the names of arguments, stand for. */
static const struct source {
	const char *word;
	void (*offer)(const struct place *place);
} sources[] = {
	{"S", offer_strategies},
	{"NAME", offer_strategies},
	{"SUITE", offer_suites},
	{"RUN", offer_runs},
	{"BASE", offer_runs},
	{"NEW", offer_runs},
	{"COLUMN", offer_columns},
	{"METRIC", offer_metrics},
	{"WHAT", offer_traits},
	{"CC", offer_flags},
	{"FILE", offer_files},
	{"BINARY", offer_files},
	{"DIR", offer_folders},
	{"COMMAND", offer_commands},
};

/* NULL: nothing is known of the word, which has that many letters. */
static const struct source *source_of(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strlen(sources[i].word) == length &&
			memcmp(sources[i].word, word, length) == 0)
			return &sources[i];
	return NULL;
}

static size_t letters(const char *text)
{
	size_t length = 0;

	while (isalpha((unsigned char)text[length]))
		length++;
	return length;
}

/* The words between bars, as in pass|fail. */
static void offer_choices(const struct place *place, const char *choices)
{
	char choice[32];

	while (*choices) {
		size_t length = strcspn(choices, "|");

		(void)snprintf(
			choice, sizeof(choice), "%.*s", (int)length, choices);
		offer_behind(place, choice, "");
		choices += length + (choices[length] == '|');
	}
}

static void offer_links(const struct place *place)
{
	for (const struct link_name *l = link_names; l->name; l++)
		offer_behind(place, l->name, "");
}

/* Offers the words of a setting; false: it has none. */
static bool offer_setting(const struct place *place)
{
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (strcmp(s->name, place->option->name) != 0 || !s->words)
			continue;
		offer_words(place, s->words);
		if (s->none)
			offer_behind(place, s->none, "");
		return true;
	}
	return false;
}

static void offer_values(struct place *place)
{
	const struct option_spec *option = place->option;
	const char *argument = option->argument;
	const char *comma = strrchr(place->word, ',');
	size_t length = letters(argument);
	const struct source *source = source_of(argument, length);

	if (strstr(argument, ",..") && comma) {
		place->before_length += (int)(comma + 1 - place->word);
		place->word = comma + 1;
	}
	if (option->words)
		offer_words(place, option->words);
	else if (strcmp(option->name, "link") == 0)
		offer_links(place);
	else if (islower((unsigned char)*argument))
		offer_choices(place, argument);
	else if (!offer_setting(place) && source && argument[length] != '=')
		source->offer(place);
}

static void offer_options(
	const struct place *place, const struct option_spec *options)
{
	char name[64];

	for (const struct option_spec *o = options; o->name; o++) {
		(void)snprintf(name, sizeof(name), "--%s", o->name);
		offer_behind(place, name, o->help);
	}
	offer_behind(place, "--color", option_color.help);
	offer_behind(place, "--help", "Print a short help and exit");
}

/* Each word of the usage is what it names. */
static void offer_operands(const struct place *place, const char *usage)
{
	const struct source *last = NULL;

	while (*usage) {
		size_t length = letters(usage);
		const struct source *source = source_of(usage, length);

		if (source && (!last || source->offer != last->offer))
			source->offer(place);
		last = source ? source : last;
		usage += length ? length : 1;
	}
}

/* The option of a word such as --name or -n, if a value follows it. */
static const struct option_spec *option_before(
	const struct option_spec *options, const char *word)
{
	for (const struct option_spec *o = options; o->name; o++) {
		bool found = word[1] == '-' ? strcmp(word + 2, o->name) == 0
					    : o->letter && word[1] &&
				!word[2] && word[1] == o->letter;

		if (found && word[0] == '-')
			return o->argument ? o : NULL;
	}
	return strcmp(word, "--color") ? NULL : &option_color;
}

/* Finds the option whose value the last word is. */
static void find_option(struct place *place, const struct option_spec *options,
	char *const *words, int count)
{
	const char *word = words[count - 1];
	size_t name = strcspn(word, "=");
	char before[64];

	if (count > 1 && strcmp(word, "=") == 0) {
		place->word = "";
		place->option = option_before(options, words[count - 2]);
	} else if (count > 2 && strcmp(words[count - 2], "=") == 0) {
		place->option = option_before(options, words[count - 3]);
	} else if (strncmp(word, "--", 2) == 0 && word[name] == '=') {
		(void)snprintf(before, sizeof(before), "%.*s", (int)name, word);
		place->option = option_before(options, before);
		place->before_length = (int)name + 1;
		place->word = word + name + 1;
	} else if (count > 1) {
		place->option = option_before(options, words[count - 2]);
	}
	place->before = place->before_length ? word : place->word;
}

void completion_of_command(
	const struct command_spec *command, char *const *words, int count)
{
	struct place place = {.word = count ? words[count - 1] : ""};

	place.before = place.word;
	if (count)
		find_option(&place, command->options, words, count);
	if (place.option)
		offer_values(&place);
	else if (place.word[0] == '-')
		offer_options(&place, command->options);
	else
		offer_operands(&place, command->usage);
}
