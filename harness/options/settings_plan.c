/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a plan from complete settings: leaves out what the target does not
 * take, reads entries, and adds the place in the file to an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/options/choose.h"
#include "harness/options/settings.h"
#include "harness/options/suite.h"
#include "harness/plan/latency_names.h"

int run_settings_leave_server(struct run_settings *settings,
	const struct run_settings *given, struct fr_error *err)
{
	for (const struct dimension *d = dimensions; d->name; d++) {
		struct texts *list = sweep_list(&settings->sweep, d);
		const char *word;

		if (!d->setting || !d->setting->server)
			continue;
		if (sweep_values(&given->sweep, d)->count || list->count > 1)
			return fr_error_set(err, EXIT_USAGE,
				"%s is a setting of 'flagrace serve', and the "
				"target is a server of another kind; leave the "
				"setting out",
				d->name);
		word = d->setting->none;
		texts_release(list);
		if (word && texts_add(list, word, strlen(word), d->name))
			return fr_error_memory(err);
	}
	return 0;
}

/* The entries of include or exclude; *sweeps is the caller's to release. */
static int read_entries(const struct run_settings *settings,
	const struct texts *entries, struct sweep **sweeps,
	struct fr_error *err)
{
	int rc = 0;

	*sweeps = calloc(entries->count + 1, sizeof(**sweeps));
	if (!*sweeps)
		return fr_error_memory(err);
	for (size_t i = 0; i < entries->count && !rc; i++) {
		rc = suite_entry(
			&(*sweeps)[i], run_options, &entries->at[i], err);
		if (!rc)
			rc = latency_names_resolve(&(*sweeps)[i].latency,
				&settings->latency_name, err);
	}
	return rc;
}

static void free_entries(struct sweep *sweeps, size_t count)
{
	for (size_t i = 0; sweeps && i < count; i++)
		sweep_release(&sweeps[i]);
	free(sweeps);
}

int run_settings_plan(const struct run_settings *settings, struct plan *plan,
	struct exec_list *programs, struct fr_error *err)
{
	struct sweep *include = NULL, *exclude = NULL;
	int rc = 0;

	for (size_t i = 0; i < settings->exec.count && !rc; i++)
		rc = exec_list_add(
			programs, EXEC_ONCE, settings->exec.at[i].text, err);
	for (size_t i = 0; i < settings->program.count && !rc; i++)
		rc = exec_list_add(programs, EXEC_RESIDENT,
			settings->program.at[i].text, err);
	if (!rc)
		rc = read_entries(settings, &settings->include, &include, err);
	if (!rc)
		rc = read_entries(settings, &settings->exclude, &exclude, err);
	if (!rc) {
		const struct plan_spec spec = {
			.sweep = &settings->sweep,
			.include = include,
			.include_count = settings->include.count,
			.exclude = exclude,
			.exclude_count = settings->exclude.count,
			.programs = programs,
		};

		rc = plan_init(plan, &spec, err);
	}
	free_entries(include, settings->include.count);
	free_entries(exclude, settings->exclude.count);
	return rc;
}

static bool asks_for_link(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->link.count; i++)
		if (strcmp(sweep->link.at[i].text, "none") != 0)
			return true;
	return false;
}

static bool asks_for_trace(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->latency.count; i++)
		if (latency_may_be_trace(sweep->latency.at[i].text))
			return true;
	return false;
}

/* Whether the sweep or an entry to include asks for something. */
static bool any_asks(const struct run_settings *settings,
	bool (*asks)(const struct sweep *sweep))
{
	struct sweep *include = NULL;
	struct fr_error unread;
	bool asked = asks(&settings->sweep);

	/* What is wrong with an entry is told when the plan is made. */
	if (!asked &&
		read_entries(settings, &settings->include, &include, &unread) ==
			0)
		for (size_t i = 0; i < settings->include.count && !asked; i++)
			asked = asks(&include[i]);
	free_entries(include, settings->include.count);
	return asked;
}

bool run_settings_ask_for_link(const struct run_settings *settings)
{
	return any_asks(settings, asks_for_link);
}

unsigned run_settings_server_terms(const struct run_settings *settings)
{
	return SERVER_GUARDED |
		(any_asks(settings, asks_for_trace) ? SERVER_TRACES : 0);
}

/*
 * The place of the value that a refusal, "latency '5x'..", speaks of. NULL: it
 * is of none of them, or of one that was no value in a file.
 */
static const char *place_in(const struct sweep *sweep, const char *refusal)
{
	for (const struct dimension *d = dimensions; d->name; d++) {
		const struct texts *values = sweep_values(sweep, d);
		char begins[200];

		for (size_t i = 0; i < values->count; i++) {
			const struct text *value = &values->at[i];
			int length = snprintf(begins, sizeof(begins), "%s '%s'",
				d->name, value->text);

			if (value->where[0] != '-' &&
				strncmp(refusal, begins, (size_t)length) == 0)
				return value->where;
		}
	}
	return NULL;
}

int run_settings_choose(const struct run_settings *settings, const char *option,
	const char *text, const char *const *names, struct fr_error *err)
{
	const struct suite_file *file = &settings->file;
	const char *where = option;

	/* A setting is the key's own text, not a copy. */
	for (size_t i = 0; i < file->count; i++) {
		const struct texts *values = &file->keys[i].values;

		if (values->count == 1 && values->at[0].text == text)
			where = values->at[0].where;
	}
	return choose_word(where, text, names, err);
}

/* The place ends in the name of the setting, with which the refusal begins. */
static void put_place(struct fr_error *err, const char *place)
{
	const struct fr_error refusal = *err;
	size_t name = strcspn(refusal.text, " ");

	(void)fr_error_set(err, refusal.status, "%.330s%.*s", place, 480,
		refusal.text + name);
}

int run_settings_place(
	const struct run_settings *settings, struct fr_error *err)
{
	const char *place = place_in(&settings->sweep, err->text);
	struct sweep *include = NULL;
	struct fr_error unread;

	/* They have been read before, with the plan. */
	if (!place &&
		read_entries(settings, &settings->include, &include, &unread) ==
			0)
		for (size_t i = 0; i < settings->include.count && !place; i++)
			place = place_in(&include[i], err->text);
	if (place)
		put_place(err, place);
	free_entries(include, settings->include.count);
	return -1;
}
