/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace link`: runs a command whose network is behind a link. */
#include "link/link.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "harness/base/guardian.h"
#include "harness/base/kernel.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/server/behind.h"
#include "harness/server/forward.h"

enum { PORT = 8001, TEXT_MAX = 2 * LINK_SPEC_TEXT_MAX };

/* The items of a link that have an option of their own. */
enum item { RTT, RATE, DOWN, UP, LOSS, QUEUE, JITTER, ITEMS };

static const char *const names[ITEMS] = {
	"rtt", "rate", "down", "up", "loss", "queue", "jitter"};

struct link_settings {
	const char *link, *to;
	const char *items[ITEMS];
	bool reorder, account;
	uint64_t seed;
};

#define OPTIONS_OF struct link_settings

static const struct option_spec options[] = {
	{OPT_TEXT(link, "link", 0, "SPEC",
		"A named link (lan, wifi, 4g, dsl, satellite), or the items of "
		"a link joined by commas, such as rtt=40ms,rate=20Mbit/s "
		"(default: no delay). The options below replace its values.")},
	{OPT_TEXT(items[RTT], "rtt", 0, "TIME",
		"Round trip, such as 40ms; half of it in each direction.")},
	{OPT_TEXT(items[RATE], "rate", 0, "RATE",
		"Rate of each direction, such as 20Mbit/s, which all "
		"connections share.")},
	{OPT_TEXT(items[DOWN], "down", 0, "RATE",
		"Rate from the server to COMMAND.")},
	{OPT_TEXT(items[UP], "up", 0, "RATE",
		"Rate from COMMAND to the server.")},
	{OPT_TEXT(items[LOSS], "loss", 0, "SHARE",
		"Share of the packets that each direction loses, such as "
		"1%.")},
	{OPT_TEXT(items[QUEUE], "queue", 0, "SIZE",
		"Packets that may wait for the rate, such as 100, or how long "
		"they may wait, such as 50ms (default 100 packets). Further "
		"ones are dropped.")},
	{OPT_TEXT(items[JITTER], "jitter", 0, "TIME",
		"Delay each packet further, by up to TIME.")},
	{OPT_FLAG(reorder, "reorder", 0,
		"Let the jitter change the order of packets.")},
	{OPT_NUMBER(seed, "seed", 0, "N", 0, UINT64_MAX,
		"Seed of loss and jitter (default 1). Packet k of a direction "
		"meets the same with the same seed.")},
	{OPT_TEXT(to, "to", 0, "HOST:PORT",
		"Put this server, which the host can reach, behind the link, "
		"at 10.77.0.2:PORT. Default: a mock server of flags, at "
		"10.77.0.2:8001.")},
	{OPT_FLAG(account, "account", 0,
		"Print on standard error what the link did: packets, bytes, "
		"drops, lateness.")},
	{0},
};

static const struct command_spec command = {
	.name = "link",
	.usage = "[options] -- COMMAND [ARG ..]",
	.summary = "Runs a command whose network is an emulated link: TCP is "
		   "the kernel's own, and\n"
		   "the server is behind the link. Needs root, or user "
		   "namespaces. The command finds\n"
		   "the server's URL in FLAGRACE_URL.",
	.examples = "  flagrace link --rtt 40ms -- curl -O "
		    "http://10.77.0.2:8001/data/flags/cn/cn.gif\n"
		    "  flagrace link --rtt 40ms --rate 20Mbit/s --loss 1% -- "
		    "./my-client\n"
		    "  flagrace link --link 4g --account -- sh -c 'curl -s "
		    "\"$FLAGRACE_URL/data/flags/cn/cn.gif\" | wc -c'\n"
		    "  flagrace link --link dsl --to 127.0.0.1:8080 -- curl "
		    "http://10.77.0.2:8080/\n",
	.options = options,
	.operands_max = INT_MAX,
};

/* Appends an item to the text of a link; value: NULL, or what it is. */
static void add(char text[TEXT_MAX], const char *item, const char *value)
{
	size_t length = strlen(text);

	/* A text that is cut here is too long to be parsed. */
	(void)snprintf(text + length, TEXT_MAX - length, "%s%s%s%s",
		length ? "," : "", item, value ? "=" : "", value ? value : "");
}

/* The options as the text of a link. */
static void spell(char text[TEXT_MAX], const struct link_settings *settings)
{
	text[0] = '\0';
	if (settings->link)
		add(text, settings->link, NULL);
	for (int i = 0; i < ITEMS; i++)
		if (settings->items[i])
			add(text, names[i], settings->items[i]);
	if (settings->reorder)
		add(text, "reorder", NULL);
	if (!text[0])
		add(text, "rtt", "0s");
}

static void print_way(const char *name, const struct link_counts *counts)
{
	fprintf(stderr,
		"link %s: %" PRIu64 " packets, %" PRIu64 " bytes, %" PRIu64
		" lost, %" PRIu64 " found the queue full, %" PRIu64
		" late; lateness p99 %.3f ms, max %.3f ms\n",
		name, counts->packets, counts->bytes, counts->lost,
		counts->dropped + counts->overrun, counts->late,
		(double)counts->late_p99_ns / 1e6,
		(double)counts->late_max_ns / 1e6);
}

static void report(struct link *link, bool whole)
{
	struct link_account account;
	uint64_t packets = 0, late = 0;

	if (link_read(link, &account))
		return;
	for (int i = 0; i < LINK_WAYS; i++) {
		packets += account.way[i].packets;
		late += account.way[i].late;
	}
	if (whole) {
		print_way("up", &account.way[LINK_UP]);
		print_way("down", &account.way[LINK_DOWN]);
	}
	/* As in trials, more than 1 % are too many. */
	if (late * 100 > packets)
		fprintf(stderr,
			"flagrace link: %" PRIu64 " of %" PRIu64
			" packets were late: the machine was busy, or they "
			"are too many without --rate\n",
			late, packets);
}

static int open_and_run(const struct link_settings *settings,
	const struct link_spec *spec, const struct address *target,
	char *const *words, struct fr_error *err)
{
	struct behind behind = {.port = PORT, .target = target};
	struct link_error why = {""};
	int rc;

	if (kernel_check(err) < 0)
		return -1;
	if (link_open(&behind.link, &why))
		return fr_error_set(err, EXIT_INVALID, "%s", why.text);
	if (target)
		behind.port = forward_port(target);
	behind.listener = link_listen(behind.link, &behind.port, SOMAXCONN);
	rc = behind.listener < 0
		? behind.listener
		: link_reset(behind.link, spec, settings->seed);
	if (rc)
		rc = fr_error_set(err, EXIT_INVALID,
			"cannot listen behind the link: %s", strerror(-rc));
	else
		rc = behind_run(&behind, words, err);
	report(behind.link, settings->account);
	behind_end(&behind);
	return rc;
}

static int run(void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct link_settings *settings = arg;
	struct address target;
	struct link_error why = {""};
	struct link_spec spec;
	char text[TEXT_MAX];

	if (!line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"no command; for example flagrace link --rtt 40ms -- "
			"curl http://10.77.0.2:8001/");
	spell(text, settings);
	if (link_spec_parse(&spec, text, &why))
		return fr_error_set(err, EXIT_USAGE, "%s", why.text);
	if (settings->to && forward_find(&target, settings->to, "--to", err))
		return -1;
	return open_and_run(settings, &spec, settings->to ? &target : NULL,
		line->operands, err);
}

int cmd_link(int argc, char **argv)
{
	struct link_settings settings = {.seed = 1};
	int status, rc = guardian_fork(&status);

	if (rc < 0) {
		fprintf(stderr, "flagrace link: cannot start a process: %s\n",
			strerror(-rc));
		return EXIT_INVALID;
	}
	if (rc > 0)
		return status;
	return command_run(&command, &settings, argc, argv, run);
}
