/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides whether a trial's figures can be trusted, and if not, why. Only
 * verdict.c calls the checks, one for each kind of fault. To add a check: write
 * it into the file of its theme, declare it here, and add it to the table in
 * verdict.c, before the checks whose fault may follow from this one.
 */
#ifndef HARNESS_JUDGE_VERDICT_H
#define HARNESS_JUDGE_VERDICT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "harness/account/account.h"
#include "harness/record/rows.h"

#define MS(ns) ((double)(ns) / 1e6)

/*
 * Judges the account; row has its figures. Unless the trial is valid or
 * unwitnessed, writes the reason: that of the first check that found a fault.
 */
enum trial_verdict verdict_of(const struct account *account,
	const struct trial_row *row, char *reason, size_t size);

/*
 * One check of the account, whose figures are in row. Returns true and writes
 * the reason if there is a fault.
 */
typedef bool verdict_check_fn(const struct account *account,
	const struct trial_row *row, char *reason, size_t size);

/* Writes the reason; returns true. */
__attribute__((format(printf, 3, 4))) static inline bool verdict_fault(
	char *reason, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, size, format, args);
	va_end(args);
	return true;
}

/* verdict_counts.c */
verdict_check_fn verdict_left_processes;
verdict_check_fn verdict_skipped;
verdict_check_fn verdict_counts_disagree;
verdict_check_fn verdict_worker_unknown;
verdict_check_fn verdict_too_many_in_flight;
verdict_check_fn verdict_too_many_in_mean;
verdict_check_fn verdict_too_few_in_flight;

/* verdict_process.c */
verdict_check_fn verdict_clock_forged;
verdict_check_fn verdict_made_early;
verdict_check_fn verdict_exceeded_quota;
verdict_check_fn verdict_left_quota;
verdict_check_fn verdict_server_changed;

/* verdict_link.c */
verdict_check_fn verdict_link_ended;
verdict_check_fn verdict_link_late;

/* verdict_times.c */
verdict_check_fn verdict_returned_early;
verdict_check_fn verdict_started_early;
verdict_check_fn verdict_hurried;
verdict_check_fn verdict_stamps_disorderly;
verdict_check_fn verdict_times_disagree;
verdict_check_fn verdict_impossibly_fast;
verdict_check_fn verdict_faster_than_ideal;

/* verdict_failures.c */
verdict_check_fn verdict_gave_up_early;
verdict_check_fn verdict_cancelled_though_sent;
verdict_check_fn verdict_hung_up;
verdict_check_fn verdict_sent_anew;
verdict_check_fn verdict_tried_unfailed;

/* verdict_order.c */
verdict_check_fn verdict_out_of_order;
verdict_check_fn verdict_worker_overlaps;

/* verdict_connections.c */
verdict_check_fn verdict_spoke_early;
verdict_check_fn verdict_connection_kept;

/* verdict_tls.c */
verdict_check_fn verdict_spoke_openly;
verdict_check_fn verdict_resumed;
verdict_check_fn verdict_not_resumed;

/* verdict_work.c */
verdict_check_fn verdict_work_repeated;
verdict_check_fn verdict_work_late;
verdict_check_fn verdict_work_missing;
verdict_check_fn verdict_work_disorderly;
verdict_check_fn verdict_work_hurried;
verdict_check_fn verdict_work_wrong;
verdict_check_fn verdict_work_elsewhere;
verdict_check_fn verdict_unsaved;
verdict_check_fn verdict_misfiled;

/* verdict_retries.c */
verdict_check_fn verdict_tries_uncounted;
verdict_check_fn verdict_tries_too_many;
verdict_check_fn verdict_tried_unasked;
verdict_check_fn verdict_tried_early;
verdict_check_fn verdict_tries_unused;

/* verdict_network.c */
verdict_check_fn verdict_repeats;
verdict_check_fn verdict_used_network;
verdict_check_fn verdict_witness_incomplete;
verdict_check_fn verdict_served_wrongly;
verdict_check_fn verdict_asked_for_another;
verdict_check_fn verdict_bodies_differ;
verdict_check_fn verdict_status_differs;
verdict_check_fn verdict_delayed_otherwise;
verdict_check_fn verdict_reconfigured;
verdict_check_fn verdict_asked_as_another;
verdict_check_fn verdict_asked_otherwise;
verdict_check_fn verdict_spoke_otherwise;

#endif
