/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gate_table [JOBS]: simulates jobs on a noisy machine, and counts how often each
 * rule says that one of a job's rows is slower, if none is slower and if the
 * first one is. Prints the tables of docs/METHOD.md. The exit status is 1 if the
 * gate does worse than that page promises. Every rule judges the same jobs with
 * the same noise; only the order of the trials is each tool's own.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/base/spending.h"
#include "harness/gate/check_conclude.h"
#include "harness/gate/check_judge.h"
#include "noise.h"
#include "peers.h"

enum {
	ROWS = 4,
	CONTROL = ROWS,
	DRAWN = ROWS + 1,
	RULES = 9,
	/* What the other rules get: a job of 20 blocks. */
	PEER_SLOTS = 80,
	FEW_BLOCKS = 20,
};

static const struct {
	const char *name;
	peer_rule *rule;
	bool pairs; /* compares in turns, and in no other order */
} peers[RULES] = {
	{"benchstat: U test at 0.05", peer_benchstat, false},
	{"Google Benchmark compare: U test and over 5 %", peer_google, false},
	{"criterion: bootstrap, over 1 %", peer_criterion, false},
	{"pyperf: t test at 0.05", peer_pyperf, false},
	{"hyperfine: ratio above its deviation", peer_hyperfine, false},
	{"github-action-benchmark: over 200 %", peer_action, false},
	{"tango-bench: z of pairs at 2.6, over 1 %", peer_tango, true},
	{"zenbench: bootstrap of pairs, over 1 %", peer_zenbench, true},
	{"perfgate: t of pairs, over 5 %", peer_perfgate, true},
};

/* A kind of job: how noisy, and how much slower the first row is in head. */
struct scenario {
	const char *name;
	struct noise_level level;
	double slower;
};

static const struct scenario scenarios[] = {
	{"none slower", {0.03, 0.1, 0}, 0},
	{"none slower, noise of 8 %", {0.08, 0.1, 0}, 0},
	{"none slower, head off by 3 % in rows of blocks", {0.03, 0.1, 0.03},
		0},
	{"one slower by 5 %", {0.03, 0.1, 0}, 0.05},
	{"one slower by 10 %", {0.03, 0.1, 0}, 0.10},
	{"one slower by 10 %, spikes of 30 %", {0.03, 0.3, 0}, 0.10},
	{"one slower by 10 %, noise of 8 %", {0.08, 0.1, 0}, 0.10},
};
enum {
	EQUAL,
	EQUAL_NOISY,
	EQUAL_CORRELATED,
	AT_MARGIN,
	SLOWER,
	SLOWER_SPIKES,
	SLOWER_NOISY,
	SCENARIOS,
};

/* What a gate with so many blocks at most says of all jobs. */
struct gate_count {
	unsigned alarms, unconfirmed, open; /* open: cannot tell */
	unsigned long blocks;               /* of all first sets */
};

/* Of all jobs, those that raised an alarm. */
struct alarms {
	struct gate_count gate, few;
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
		log_time += log1p(slower) + noise->head[slot / 4];
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
 * drawn is the control's. *blocks grows by how many there were. The caller frees
 * the report.
 */
static struct check_report *judge(const struct noise *noise, double slower,
	size_t rows, size_t last, unsigned long *blocks)
{
	static struct check_block drawn[DRAWN][NOISE_BLOCKS];
	struct check_series series[DRAWN];
	struct check_report *report;
	struct check_look look = {.last = last};

	if (check_report_create(&report, rows + 1))
		abort();
	for (size_t i = 0; i <= rows; i++) {
		static const char *const names[] = {"a", "b", "c", "d", "e"};

		measure(&noise[i == rows ? CONTROL : i], i ? 0 : slower,
			drawn[i]);
		series[i] = (struct check_series){
			.scenario = "",
			.strategy = names[i],
			.metric = &check_metrics[0],
			.role = i == rows ? CHECK_CONTROL : CHECK_GATED,
			.margin = check_metrics[0].margin,
			.blocks = drawn[i],
		};
	}
	do {
		look.before = look.now;
		look.now =
			spending_next_look(look.before, CHECK_FIRST_LOOK, last);
		for (size_t i = 0; i <= rows; i++)
			series[i].n = look.now;
		if (check_judge(report, series, &look))
			abort();
	} while (look.now < last && check_undecided(report));
	*blocks += look.now;
	return report;
}

/* The gate's whole way: looks, and a second set before it fails. */
static void run_gate(const struct noise *noise, const struct noise *again,
	double slower, size_t last, struct gate_count *count)
{
	struct check_report *first =
		judge(noise, slower, ROWS, last, &count->blocks);
	struct check_report *second;
	unsigned long more = 0;

	if (first->verdict == CHECK_REGRESSED) {
		count->unconfirmed++;
		second = judge(again, slower, 1, last, &more);
		check_confirm(first, second);
		check_report_free(second);
	}
	count->alarms += first->verdict == CHECK_REGRESSED;
	count->open += first->verdict == CHECK_INCONCLUSIVE ||
		first->verdict == CHECK_INVALID;
	check_report_free(first);
}

/* Whether a rule sees a slower row in this order of trials. */
static bool peer_alarm(peer_rule *rule, const struct noise *noise,
	double slower, bool interleaved)
{
	double base[PEER_SLOTS], head[PEER_SLOTS];
	bool alarm = false;

	for (size_t i = 0; i < ROWS; i++) {
		size_t a = 0, b = 0;

		for (size_t slot = 0; slot < PEER_SLOTS; slot++) {
			bool is_b = interleaved ? is_head(slot)
						: slot >= PEER_SLOTS / 2;
			double time =
				trial(&noise[i], slot, is_b, i ? 0 : slower);

			if (is_b)
				head[b++] = time;
			else
				base[a++] = time;
		}
		alarm |= rule(base, head, PEER_SLOTS / 2);
	}
	return alarm;
}

static void simulate(struct noise_source *source,
	const struct scenario *scenario, unsigned jobs, struct alarms *alarms)
{
	static struct noise noise[DRAWN], again[DRAWN];
	double slower = scenario->slower;

	for (unsigned job = 0; job < jobs; job++) {
		noise_draw(source, &scenario->level, noise, DRAWN);
		noise_draw(source, &scenario->level, again, DRAWN);
		run_gate(noise, again, slower, CHECK_LAST_LOOK, &alarms->gate);
		run_gate(noise, again, slower, FEW_BLOCKS, &alarms->few);
		for (size_t i = 0; i < RULES; i++) {
			alarms->after[i] += !peers[i].pairs &&
				peer_alarm(peers[i].rule, noise, slower, false);
			alarms->interleaved[i] +=
				peer_alarm(peers[i].rule, noise, slower, true);
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
		counts[i] = alarms[i].gate.alarms;
	print_row("**flagrace check**", "interleaved", counts, jobs);
	for (size_t i = 0; i < SCENARIOS; i++)
		counts[i] = alarms[i].gate.unconfirmed;
	print_row("the same, were it not to confirm", "interleaved", counts,
		jobs);
	for (size_t i = 0; i < SCENARIOS; i++)
		counts[i] = alarms[i].few.alarms;
	print_row(
		"the same with `--blocks-max 20`", "interleaved", counts, jobs);
	for (size_t r = 0; r < RULES; r++) {
		for (size_t i = 0; i < SCENARIOS; i++)
			counts[i] = alarms[i].after[r];
		if (!peers[r].pairs)
			print_row(
				peers[r].name, "base, then head", counts, jobs);
		for (size_t i = 0; i < SCENARIOS; i++)
			counts[i] = alarms[i].interleaved[r];
		print_row(peers[r].name, "interleaved", counts, jobs);
	}
}

/* What the gate cannot tell, and how many blocks it takes. */
static void print_costs(const struct alarms *alarms, unsigned jobs)
{
	printf("\n| jobs | cannot tell | blocks | cannot tell with "
	       "`--blocks-max 20` | blocks |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < SCENARIOS; i++)
		printf("| %s | %.1f | %.0f | %.1f | %.0f |\n",
			scenarios[i].name, 100.0 * alarms[i].gate.open / jobs,
			(double)alarms[i].gate.blocks / jobs,
			100.0 * alarms[i].few.open / jobs,
			(double)alarms[i].few.blocks / jobs);
}

/* Whether the gate keeps what docs/METHOD.md promises. */
static bool keeps_promises(const struct alarms *alarms, unsigned jobs)
{
	bool kept = true;

	for (size_t i = EQUAL; i <= AT_MARGIN; i++)
		kept &= alarms[i].gate.alarms * 100 <= jobs;
	for (size_t i = SLOWER; i < SCENARIOS; i++)
		kept &= alarms[i].gate.alarms * 100 >= 95 * jobs;
	return kept && alarms[EQUAL].gate.open * 100 <= 5 * jobs;
}

int main(int argc, char **argv)
{
	unsigned jobs = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 500;
	static struct alarms alarms[SCENARIOS];
	struct noise_source *source;

	if (jobs == 0 || noise_create(&source, 7))
		return 2;
	for (size_t i = 0; i < SCENARIOS; i++)
		simulate(source, &scenarios[i], jobs, &alarms[i]);
	noise_free(source);
	print_table(alarms, jobs);
	print_costs(alarms, jobs);
	return !keeps_promises(alarms, jobs);
}
