/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target that a run's settings name, and whether it may be loaded. */
#include <string.h>

#include "harness/options/settings.h"
#include "harness/server/target.h"

/* Refuses a target on another machine unless --allow-remote is given. */
static int check_target(const struct run_settings *settings, const char *url,
	struct fr_error *err)
{
	int here = settings->allow_remote ? 1 : target_is_here(url, err);

	if (here < 0)
		return -1;
	return here ? 0
		    : fr_error_set(err, EXIT_USAGE,
			      "%.200s is not on this machine; if its owner "
			      "does not mind, add --allow-remote",
			      url);
}

/* Whether two URLs of the list have scheme, host and port in common. */
static bool same_server(const struct texts *urls, size_t a, size_t b)
{
	const char *one = urls->at[a].text, *other = urls->at[b].text;
	size_t length =
		strlen("https://") + strcspn(one + strlen("https://"), "/");

	return strlen(one) > length && strncmp(one, other, length + 1) == 0;
}

int run_settings_target(const struct run_settings *settings,
	struct server *server, struct texts *urls, struct fr_error *err)
{
	bool linked = run_settings_ask_for_link(settings);
	unsigned terms = run_settings_server_terms(settings);
	int rc;

	if (settings->url && settings->urls)
		return fr_error_set(err, EXIT_USAGE,
			"--url and --urls cannot be combined: a run "
			"has one target");
	if (settings->url) {
		rc = check_target(settings, settings->url, err);
		return rc ? rc : server_use(server, settings->url, err);
	}
	if (!settings->urls) {
		if (linked && !settings->dry_run)
			return server_start_with_link(server, terms, err);
		rc = server_start_to_judge(server, terms, err);
		/* A dry run makes none, and none may be possible here. */
		server->may_link = linked;
		return rc;
	}
	rc = target_read(urls, settings->urls, err);
	for (size_t i = 0; i < urls->count && !rc; i++)
		if (i == 0 || !same_server(urls, i - 1, i))
			rc = check_target(settings, urls->at[i].text, err);
	return rc;
}
