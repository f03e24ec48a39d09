/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is checked before a race writes anything: race_check. */
#include <string.h>

#include "harness/base/parts.h"
#include "harness/race/cell_limits.h"
#include "harness/race/cell_trial.h"
#include "harness/race/race.h"
#include "harness/roster/needs.h"
#include "harness/server/target.h"

/* The URL of a target, or of the server that all items' URLs begin with. */
static const char *url_of(const struct race *race, size_t i)
{
	return race->urls->count ? race->urls->at[i].text : race->server->url;
}

/* Without a witness, programs cannot be measured. */
static int check_unwitnessed(const struct cell *cell, struct fr_error *err)
{
	if (!(cell->strategy->flags & FR_WITNESS_SAMPLES))
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s is a program, and only a mock server can measure a "
		"program; this target is not one",
		cell->strategy->name);
}

/* Some strategies need plain HTTP and a numeric address. */
static int check_address(
	const struct race *race, const struct cell *cell, struct fr_error *err)
{
	const struct fr_strategy *strategy = cell->strategy;
	const char *url = url_of(race, 0);
	bool secure;
	size_t same;

	if (!(strategy->flags & FR_PLAIN_HTTP))
		return 0;
	secure = strategy->flags & FR_TLS;
	same = strcspn(url + strcspn(url, ":") + 3, "/") + strlen("http://");
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (!target_is_numeric(url_of(race, i), secure) ||
			strncmp(url, url_of(race, i), same + 1) != 0)
			return fr_error_set(err, EXIT_USAGE,
				"%s needs %sa single numeric "
				"address, such as http://127.0.0.1:8080, so it "
				"cannot request %.100s; leave it out with "
				"--exclude strategy=%s",
				strategy->name, secure ? "" : "plain HTTP and ",
				url_of(race, i), strategy->name);
	return 0;
}

/* A flagrace server is asked over TLS as well; others have their URLs. */
static int check_tls(
	struct race *race, const struct cell *cell, struct fr_error *err)
{
	const char *tls = cell->workload.tls;

	if (!workload_is_secure(&cell->workload))
		return 0;
	if (race->server->pid && !part_is_there(PART_OPENSSL))
		return fr_error_set(err, EXIT_INVALID,
			"tls '%s' cannot be served: this flagrace was built "
			"without OpenSSL; install %s (Debian) and build it "
			"again",
			tls, parts[PART_OPENSSL].package);
	if (race->server->witness)
		return race->authorities || race->any_certificate
			? 0
			: server_ask_authority(race->server, err);
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (strncmp(url_of(race, i), "https://", 8) != 0)
			return fr_error_set(err, EXIT_USAGE,
				"tls '%s' needs https, but %.100s is plain "
				"HTTP",
				tls, url_of(race, i));
	return 0;
}

/* What a strategy needs over plain HTTP, or to resume sessions, if it does. */
static int check_needs(
	struct race *race, const struct cell *cell, struct fr_error *err)
{
	const struct workload *workload = &cell->workload;

	if (workload_is_secure(workload))
		return workload_is_fresh(workload) &&
				!workload_shakes_fully(workload)
			? needs_check_resuming(cell->strategy, err)
			: 0;
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (strncmp(url_of(race, i), "https://", 8) != 0)
			return needs_check_plain(cell->strategy, err);
	return 0;
}

int race_check(struct race *race, struct fr_error *err)
{
	unsigned hosts = race->hosts ? race->hosts->count : 0;
	int rc = 0;

	for (size_t i = 0; i < race->plan->count && !rc; i++) {
		const struct cell *cell = &race->plan->cells[i];

		if (!race->server->witness)
			rc = check_unwitnessed(cell, err);
		if (!rc)
			rc = check_address(race, cell, err);
		if (!rc)
			rc = check_tls(race, cell, err);
		if (!rc)
			rc = check_needs(race, cell, err);
		if (!rc)
			rc = cell_limits_check_hosts(cell, hosts, err);
		if (!rc)
			rc = cell_trial_check(
				race->server, cell, hosts, race->seed, err);
	}
	return rc;
}
