/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/advise_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/cpus.h"
#include "harness/gate/elimination.h"
#include "harness/roster/traits.h"
#include "harness/view/sheet.h"

/*
 * The concurrencies that are raced unless they are given: as many as there are
 * requests, but at most this, then a quarter, and so on; the capacity of the
 * server; and with work, the CPUs and twice as many.
 */
enum { CONCURRENCY_MAX = 64, CONCURRENCY_STEP = 4, CONCURRENCIES = 3 };

#define OPTIONS_OF struct advise_settings

static const struct option_spec own_options[] = {
	{"constraints",
		OPT_LIST(without, "without", 0, "WHAT,..",
			"Leave out strategies that need threads, fork, openmp, "
			"http2, pipelining, own-http (HTTP without a library) "
			"or io-uring, or a strategy by its name.")},
	{"constraints",
		OPT_NUMBER(cores, "cores", 0, "N", 0, 1024,
			"CPUs that a trial may use (default 0: all that this "
			"program may use). --cpus is a quota of CPU time "
			"instead.")},
	{"constraints",
		OPT_LIST(order, "order", 0, "S,..",
			"Strategies that you find simplest, the simplest "
			"first; the others follow in the usual order.")},
	{"target",
		OPT_TEXT(like, "like", 0, "URL",
			"Measure the latency, the size and the connection "
			"costs of URL with 11 requests, one after another, "
			"and make the mock server like that. --latency, "
			"--payload, --link and --tls go before what is "
			"measured.")},
	{"what to race",
		OPT_LIST(run.sweep.strategy, "strategy", 's', "S,..",
			"Strategies that may be advised: names from 'flagrace "
			"list', paths of .so files, or all (default: those of "
			"the suite, or all).")},
	{"what to race",
		OPT_LIST(run.sweep.concurrency, "concurrency", 'c', "N,..",
			"The most requests in flight (default: as many as "
			"there are requests, at most 64, a quarter, a "
			"sixteenth, --capacity, and with --work the CPUs and "
			"twice as many).")},
	{"output",
		OPT_TEXT(run.format, "format", 'f', "FORMAT",
			"Print the advice as table, csv, json or markdown "
			"(default table)."),
		.words = table_format_names},
	{"output",
		OPT_FLAG(run.dry_run, "dry-run", 0,
			"Print the cells, the most trials and about how long "
			"they take; run nothing.")},
	{"how often",
		OPT_NUMBER(run.blocks, "blocks", 'b', "N", 1,
			ELIMINATION_BLOCKS_MAX,
			"The most blocks, each of which runs all cells that "
			"are left (default 20). The race takes at most 35 % "
			"of the trials that all blocks of all cells have.")},
	{0},
};

struct option_spec *advise_options_join(void)
{
	/* Of the options of `flagrace run`, those that make no sense here. */
	static const char *const without[] = {"strategy", "concurrency",
		"blocks", "warmup", "precision", "blocks-min", "blocks-max",
		"include", "arrivals", "format", "dry-run", "shard", "hosts",
		"hosts-min", NULL};

	return options_join(own_options, run_options, without);
}

struct command_spec advise_command(const struct option_spec *options)
{
	return (struct command_spec){
		.name = "advise",
		.usage = "[SUITE] [options]",
		.summary =
			"Says which strategy to use for a workload, with how "
			"many requests in flight, and\n"
			"how sure that is: races all strategies that qualify, "
			"and drops those that are\n"
			"shown to be slower. SUITE and the settings are as for "
			"'flagrace run'.",
		.examples =
			"  flagrace advise\n"
			"  flagrace advise --requests 200 --latency 20ms --work "
			"cpu:2ms\n"
			"  flagrace advise --without fork,threads --cores 1\n"
			"  flagrace advise --link rtt=40ms,loss=1% --without "
			"own-http\n"
			"  flagrace advise --like http://127.0.0.1:8001/"
			"flags/cn/cn.gif\n"
			"  flagrace advise --order multi-poll,sequential "
			"--format markdown\n",
		.options = options,
		.operands_max = 1,
	};
}

static int set_list(struct texts *list, const char *text, const char *where)
{
	texts_release(list);
	return texts_add(list, text, strlen(text), where);
}

/* The one number of a setting; 0: there are several, or none. */
static uint64_t number_of(const struct texts *values)
{
	struct fr_error unread;
	uint64_t number = 0;

	if (values->count != 1 ||
		parse_number(values->at[0].text, "", 0, WORKLOAD_REQUESTS_MAX,
			&number, &unread) < 0)
		return 0;
	return number;
}

static int add_concurrency(struct run_settings *run, uint64_t concurrency)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, concurrency);
	return texts_add(
		&run->sweep.concurrency, text, strlen(text), "concurrency");
}

/* Adds a concurrency that is worth a try beside those up to `most`. */
static int add_beside(struct run_settings *run, uint64_t c, uint64_t most)
{
	return c && c < most ? add_concurrency(run, c) : 0;
}

static bool has_work(const struct run_settings *run)
{
	for (size_t i = 0; i < run->sweep.work.count; i++)
		if (strcmp(run->sweep.work.at[i].text, "none") != 0)
			return true;
	return false;
}

static int set_concurrencies(struct run_settings *run, uint64_t cpus)
{
	uint64_t requests = number_of(&run->sweep.requests);
	uint64_t capacity = number_of(&run->sweep.capacity);
	uint64_t c = requests && requests < CONCURRENCY_MAX ? requests
							    : CONCURRENCY_MAX;
	int rc = 0;

	texts_release(&run->sweep.concurrency);
	rc = add_beside(run, capacity, c);
	if (!rc && has_work(run))
		rc = add_beside(run, cpus, c);
	if (!rc && has_work(run))
		rc = add_beside(run, 2 * cpus, c);
	for (int i = 0; i < CONCURRENCIES && !rc && (c > 1 || !i); i++) {
		rc = add_concurrency(run, c);
		c /= CONCURRENCY_STEP;
	}
	return rc;
}

int advise_settings_complete(struct advise_settings *settings,
	const struct advise_settings *given, struct fr_error *err)
{
	struct run_settings *run = &settings->run;
	int rc = 0;

	if (traits_check(&settings->without, err) < 0 ||
		traits_check_order(&settings->order, err) < 0)
		return -1;
	if (run->blocks == 0 || run->blocks > ELIMINATION_BLOCKS_MAX)
		run->blocks = ELIMINATION_BLOCKS_MAX;
	if (!given->run.sweep.strategy.count &&
		!run_settings_name(run, &given->run, "strategy"))
		rc = set_list(&run->sweep.strategy, "all", "strategy");
	if (!rc && !run_settings_name(run, &given->run, "concurrency"))
		rc = set_concurrencies(run,
			settings->cores ? settings->cores : cpus_allowed());
	return rc ? fr_error_memory(err) : 0;
}

void advise_settings_release(struct advise_settings *settings)
{
	texts_release(&settings->without);
	texts_release(&settings->order);
}
