/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gate_table [JOBS]: simulates jobs on a noisy machine, and counts how often each
 * rule says that one of a job's rows is slower, if none is slower and if the
 * first one is slower by 10 %. Prints the table of docs/METHOD.md. The exit status
 * is 1 if the gate does worse than that page promises. Every rule judges the same
 * jobs with the same noise; only the order of the trials is each tool's own.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/gate/check_judge.h"
#include "noise.h"
#include "peers.h"

enum { ROWS = 4, CONTROL = ROWS, DRAWN = ROWS + 1, RULES = 6 };

static const struct {
	const char *name;
	peer_rule *rule;
} peers[RULES] = {
	{"benchstat: U test at 0.05", peer_benchstat},
	{"Google Benchmark compare: U test and over 5 %", peer_google},
	{"criterion: bootstrap, over 1 %", peer_criterion},
	{"pyperf: t test at 0.05", peer_pyperf},
	{"hyperfine: ratio above its deviation", peer_hyperfine},
	{"github-action-benchmark: over 200 %", peer_action},
};

/* A kind of job: how noisy, and how much slower the first row is in head. */
struct scenario {
	const char *name;
	double sigma, spike, slower;
};

static const struct scenario scenarios[] = {
	{"none slower", 0.03, 0.1, 0},
	{"none slower, noise of 8 %", 0.08, 0.1, 0},
	{"one slower by 5 %", 0.03, 0.1, 0.05},
	{"one slower by 10 %", 0.03, 0.1, 0.10},
	{"one slower by 10 %, spikes of 30 %", 0.03, 0.3, 0.10},
};
enum { SCENARIOS = sizeof(scenarios) / sizeof(scenarios[0]) };

/* Of all jobs, those that raised an alarm. */
struct alarms {
	unsigned gate, unconfirmed;
	unsigned after[RULES];       /* all of base first, then all of head */
	unsigned interleaved[RULES]; /* in the gate's order */
};

/* Which of a block's slots are head's: ABBA, or BAAB in every other. */
static bool is_head(size_t slot)
{
	bool middle = slot % 4 == 1 || slot % 4 == 2;

	return slot / 4 % 2 ? !middle : middle;
}

/* A trial's time in that slot. */
static double trial(
	const struct noise *noise, size_t slot, bool head, double slower)
{
	double log_time = noise->slow[slot];

	if (head)
		log_time += log1p(slower);
	return 50e6 * exp(log_time);
}

static void measure(
	const struct noise *noise, double slower, struct check_block *blocks)
{
	for (size_t slot = 0, a = 0, b = 0; slot < NOISE_SLOTS; slot++) {
		bool head = is_head(slot);
		double time = trial(noise, slot, head, slower);

		if (slot % 4 == 0)
			a = b = 0;
		if (head)
			blocks[slot / 4].head[b++] = time;
		else
			blocks[slot / 4].base[a++] = time;
	}
}

/*
 * One set of blocks of the first rows, looked at as the gate does; the last
 * drawn is the control's. The caller's to free.
 */
static struct check_report *judge(
	const struct noise *noise, double slower, size_t rows)
{
	struct check_block blocks[DRAWN][NOISE_BLOCKS];
	struct check_series series[DRAWN];
	struct check_report *report;

	if (check_report_create(&report, rows + 1))
		abort();
	for (size_t i = 0; i <= rows; i++) {
		static const char *const names[] = {"a", "b", "c", "d", "e"};

		measure(&noise[i == rows ? CONTROL : i], i ? 0 : slower,
			blocks[i]);
		series[i] = (struct check_series){
			.scenario = "",
			.strategy = names[i],
			.metric = &check_metrics[0],
			.role = i == rows ? CHECK_CONTROL : CHECK_GATED,
			.margin = check_metrics[0].margin,
			.blocks = blocks[i],
		};
	}
	for (size_t look = 0; look < CHECK_LOOKS; look++) {
		for (size_t i = 0; i <= rows; i++)
			series[i].n = check_looks[look];
		if (check_judge(report, series))
			abort();
		if (!check_undecided(report))
			break;
	}
	return report;
}

/* The gate's whole way: looks, and a second set before it fails. */
static void run_gate(struct noise_source *source, const struct noise *noise,
	const struct scenario *scenario, struct alarms *alarms)
{
	struct check_report *first = judge(noise, scenario->slower, ROWS);
	struct check_report *second;
	struct noise again[DRAWN];

	noise_draw(source, scenario->sigma, scenario->spike, again, DRAWN);
	if (first->verdict == CHECK_REGRESSED) {
		alarms->unconfirmed++;
		second = judge(again, scenario->slower, 1);
		check_confirm(first, second);
		check_report_free(second);
	}
	alarms->gate += first->verdict == CHECK_REGRESSED;
	check_report_free(first);
}

/* Whether a rule sees a slower row in this order of trials. */
static bool peer_alarm(peer_rule *rule, const struct noise *noise,
	double slower, bool interleaved)
{
	double base[NOISE_SLOTS], head[NOISE_SLOTS];
	bool alarm = false;

	for (size_t i = 0; i < ROWS; i++) {
		size_t a = 0, b = 0;

		for (size_t slot = 0; slot < NOISE_SLOTS; slot++) {
			bool is_b = interleaved ? is_head(slot)
						: slot >= NOISE_SLOTS / 2;
			double time =
				trial(&noise[i], slot, is_b, i ? 0 : slower);

			if (is_b)
				head[b++] = time;
			else
				base[a++] = time;
		}
		alarm |= rule(base, head, NOISE_SLOTS / 2);
	}
	return alarm;
}

static void simulate(struct noise_source *source,
	const struct scenario *scenario, unsigned jobs, struct alarms *alarms)
{
	struct noise noise[DRAWN];

	for (unsigned job = 0; job < jobs; job++) {
		noise_draw(
			source, scenario->sigma, scenario->spike, noise, DRAWN);
		run_gate(source, noise, scenario, alarms);
		for (size_t i = 0; i < RULES; i++) {
			alarms->after[i] += peer_alarm(
				peers[i].rule, noise, scenario->slower, false);
			alarms->interleaved[i] += peer_alarm(
				peers[i].rule, noise, scenario->slower, true);
		}
	}
}

static void print_row(const char *rule, const char *order,
	const unsigned counts[SCENARIOS], unsigned jobs)
{
	printf("| %s | %s |", rule, order);
	for (size_t i = 0; i < SCENARIOS; i++)
		printf(" %.1f |", 100.0 * counts[i] / jobs);
	putchar('\n');
}

static void print_table(const struct alarms *alarms, unsigned jobs)
{
	unsigned counts[SCENARIOS];

	printf("| rule | trials |");
	for (size_t i = 0; i < SCENARIOS; i++)
		printf(" %s |", scenarios[i].name);
	printf("\n|---|---|");
	for (size_t i = 0; i < SCENARIOS; i++)
		printf("---|");
	putchar('\n');
	for (size_t i = 0; i < SCENARIOS; i++)
		counts[i] = alarms[i].gate;
	print_row("**flagrace check**", "interleaved", counts, jobs);
	for (size_t i = 0; i < SCENARIOS; i++)
		counts[i] = alarms[i].unconfirmed;
	print_row("the same, were it not to confirm", "interleaved", counts,
		jobs);
	for (size_t r = 0; r < RULES; r++) {
		for (size_t i = 0; i < SCENARIOS; i++)
			counts[i] = alarms[i].after[r];
		print_row(peers[r].name, "base, then head", counts, jobs);
		for (size_t i = 0; i < SCENARIOS; i++)
			counts[i] = alarms[i].interleaved[r];
		print_row(peers[r].name, "interleaved", counts, jobs);
	}
}

int main(int argc, char **argv)
{
	unsigned jobs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
	struct alarms alarms[SCENARIOS] = {{0}};
	struct noise_source *source;

	if (jobs == 0 || noise_create(&source, 7))
		return 2;
	for (size_t i = 0; i < SCENARIOS; i++)
		simulate(source, &scenarios[i], jobs, &alarms[i]);
	noise_free(source);
	print_table(alarms, jobs);
	return alarms[0].gate * 100 > jobs || alarms[1].gate * 100 > jobs ||
		alarms[2].gate * 100 > jobs || alarms[3].gate * 100 < 95 * jobs;
}
