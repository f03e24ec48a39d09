/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/report.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/cpus.h"

void host_report_make(struct host_report *report,
	const struct trial_result *result, const char *name)
{
	*report =
		(struct host_report){.cpus = cpus_usable(), .result = *result};
	(void)snprintf(report->name, sizeof(report->name), "%s", name);
	(void)snprintf(report->cpu_by, sizeof(report->cpu_by), "%s",
		result->cpu_by ? result->cpu_by : "");
	report->result.cpu_by = NULL;
	report->result.samples = NULL;
	report->result.memory = NULL;
}

static bool is_text(const char *bytes, size_t size)
{
	return memchr(bytes, '\0', size) != NULL;
}

bool host_report_is_sound(const struct host_report *report,
	const struct fr_sample *samples, size_t count)
{
	const struct trial_result *result = &report->result;

	if (!is_text(report->name, sizeof(report->name)) ||
		!is_text(report->refused, sizeof(report->refused)) ||
		!is_text(report->cpu_by, sizeof(report->cpu_by)) ||
		(unsigned)result->end > TRIAL_LOST ||
		(unsigned)result->phase > TRIAL_DONE)
		return false;
	for (size_t i = 0; i < count; i++)
		if (samples[i].status >= FR_STATUS_COUNT)
			return false;
	return true;
}

/* Moves a sample to our clock, and its worker to its place in the whole job. */
static void move_sample(struct fr_sample *sample,
	const struct clock_offset *offset, const struct share *share,
	unsigned host)
{
	uint64_t *const stamps[] = {&sample->start_ns, &sample->end_ns,
		&sample->connect_ns, &sample->first_byte_ns, &sample->tried_ns,
		&sample->due_ns, &sample->answered_ns, &sample->work_start_ns,
		&sample->work_end_ns};

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++)
		*stamps[i] = clock_offset_to_ours(offset, *stamps[i]);
	sample->worker = share_place(share, host, sample->worker);
}

static void least(uint64_t *sum, uint64_t stamp_ns)
{
	if (stamp_ns && (!*sum || stamp_ns < *sum))
		*sum = stamp_ns;
}

static void most(uint64_t *sum, uint64_t value)
{
	if (value > *sum)
		*sum = value;
}

/* What one host does not know, the sum is not known either. */
static void add(uint64_t *sum, uint64_t value)
{
	*sum = *sum == UINT64_MAX || value == UINT64_MAX ? UINT64_MAX
							 : *sum + value;
}

/* The trial lasted from the first host's start until the last host's end. */
static void add_stamps(struct trial_result *result,
	const struct trial_result *part, const struct clock_offset *offset)
{
	least(&result->begin_ns, clock_offset_to_ours(offset, part->begin_ns));
	most(&result->ready_ns, clock_offset_to_ours(offset, part->ready_ns));
	least(&result->go_ns, clock_offset_to_ours(offset, part->go_ns));
	most(&result->exit_ns, clock_offset_to_ours(offset, part->exit_ns));
	least(&result->t0_ns, clock_offset_to_ours(offset, part->t0_ns));
	most(&result->t1_ns, clock_offset_to_ours(offset, part->t1_ns));
	most(&result->setup_ns, part->setup_ns);
	most(&result->teardown_ns, part->teardown_ns);
}

static void add_costs(
	struct trial_result *result, const struct trial_result *part)
{
	result->left_behind += part->left_behind;
	result->made_early += part->made_early;
	add(&result->cpu_user_ns, part->cpu_user_ns);
	add(&result->cpu_sys_ns, part->cpu_sys_ns);
	add(&result->cpu_ns, part->cpu_ns);
	add(&result->voluntary_switches, part->voluntary_switches);
	add(&result->involuntary_switches, part->involuntary_switches);
	add(&result->threads_created, part->threads_created);
	add(&result->processes_created, part->processes_created);
	most(&result->peak_rss_bytes, part->peak_rss_bytes);
}

/* The first host that did not complete says how the trial ended. */
static void add_end(struct trial_result *result,
	const struct trial_result *part, const char *name)
{
	if (part->phase < result->phase)
		result->phase = part->phase;
	if (result->faulty_host || part->end == TRIAL_COMPLETED)
		return;
	result->faulty_host = name;
	result->end = part->end;
	result->phase = part->phase;
	result->error = part->error;
	result->signal = part->signal;
	result->exit_status = part->exit_status;
}

static const char *known_word(const char *known, const char *word)
{
	static const char *const words[] = {"rusage", "perf", "cgroup"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return words[i];
	return known;
}

void host_report_add(struct trial_result *result, const struct share *share,
	unsigned host, const struct host_report *report,
	const struct fr_sample *samples)
{
	struct trial_host *its = &result->hosts[host];
	const struct trial_result *part = &report->result;
	const struct clock_offset offset = {its->offset_ns, its->bound_ns};

	memcpy(its->name, report->name, sizeof(its->name));
	its->items = share_items(share, host);
	its->places = share_places(share, host);
	its->cpu_ns = part->cpu_ns;
	its->t0_ns = clock_offset_to_ours(&offset, part->t0_ns);
	its->t1_ns = clock_offset_to_ours(&offset, part->t1_ns);
	for (size_t j = 0; j < its->items; j++) {
		struct fr_sample *sample =
			&result->samples[share_item(share, host, j)];

		*sample = samples[j];
		move_sample(sample, &offset, share, host);
		its->performed += sample->status != FR_NOT_RUN;
	}
	add_stamps(result, part, &offset);
	add_costs(result, part);
	add_end(result, part, its->name);
	result->cpu_by = known_word(result->cpu_by, report->cpu_by);
}
