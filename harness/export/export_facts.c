/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/record/row_json.h"
#include "harness/record/run_folder.h"
#include "harness/runs/trials.h"

/* Reads run.json; *facts is NULL without one. Returns 0, or -1 with *err. */
static int read_facts(json_t **facts, const char *path, struct fr_error *err)
{
	json_error_t where;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*facts = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return fr_error_set(err, fr_status_of(errno), "%.300s: %s",
			path, strerror(errno));
	*facts = run_facts_read(fd, 0, &where);
	(void)close(fd);
	return *facts ? 0
		      : fr_error_set(err, EXIT_USAGE, "%.300s:%d: %s", path,
				where.line, where.text);
}

static int read_host(struct host *host, const json_t *facts, const char *path,
	struct fr_error *err)
{
	const json_t *object = json_object_get(facts, "host");

	row_init(&host_schema, host);
	if (!object || !row_json_read(&host_schema, host, object, err))
		return 0;
	err->status = EXIT_USAGE;
	return fr_error_at(err, path);
}

/* Binds a text, or any other value as JSON; NULL when there is none. */
static int bind_fact(sqlite3_stmt *insert, int at, const json_t *value)
{
	char *text;

	if (!value || json_is_null(value))
		return sqlite3_bind_null(insert, at);
	if (json_is_string(value))
		return sqlite3_bind_text(insert, at, json_string_value(value),
			-1, SQLITE_TRANSIENT);
	text = json_dumps(value, JSON_ENCODE_ANY);
	return text ? sqlite3_bind_text(insert, at, text, -1, free)
		    : SQLITE_NOMEM;
}

/* Binds the columns of EXPORT_FACTS_LEAD. */
static int bind_lead(sqlite3_stmt *insert, const char *dir, const char *name,
	int run_id, const json_t *facts)
{
	static const char *const keys[] = {"started_at", "suite",
		"command_line", "settings", "suite_text"};
	int rc = sqlite3_bind_int(insert, 1, run_id);

	if (!rc)
		rc = sqlite3_bind_text(insert, 2, dir, -1, SQLITE_TRANSIENT);
	if (!rc)
		rc = sqlite3_bind_text(insert, 3, name, -1, SQLITE_TRANSIENT);
	for (int i = 0; !rc && i < EXPORT_FACTS_LEADS - 3; i++)
		rc = bind_fact(insert, 4 + i, json_object_get(facts, keys[i]));
	return rc;
}

int export_facts(struct export_table *runs, const char *dir, int run_id,
	struct fr_error *err)
{
	char path[RUN_FOLDER_PATH_MAX];
	struct run_survey survey;
	struct host host;
	json_t *facts = NULL;
	int rc = trials_survey(&survey, &dir, 1, err);

	(void)snprintf(path, sizeof(path), "%s/run.json", dir);
	if (!rc)
		rc = read_facts(&facts, path, err);
	if (!rc)
		rc = read_host(&host, facts, path, err);
	if (!rc) {
		rc = bind_lead(runs->insert, dir, survey.name, run_id, facts);
		rc = rc ? export_fail(runs->db, rc, err)
			: export_table_add(runs, &host, err);
	}
	json_decref(facts);
	return rc;
}
