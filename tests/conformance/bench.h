/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shared by the cases of conformance: a strategy, a server for all its cases, and
 * a trial of the strategy on that server.
 */
#ifndef TESTS_CONFORMANCE_BENCH_H
#define TESTS_CONFORMANCE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/plan/flags.h"
#include "harness/record/rows.h"
#include "harness/server/server.h"
#include "harness/trial/trial.h"

/* What every trial is called when it speaks to the server. */
#define TRIAL "conformance"

struct bench {
	const struct fr_strategy *strategy;
	const char *flagrace; /* the program */
	struct server server;
	pid_t pid;                                      /* the server's */
	uint64_t hash[POP20_COUNT], bytes[POP20_COUNT]; /* of each flag */
	const uint64_t *due_ns;     /* of a case with an open loop, else NULL */
	const struct fr_work *work; /* of a case with work, else NULL */
	const struct fr_retry *retry; /* of a case with retries, else NULL */
	const struct fr_http *http;   /* of a case with TLS, else NULL */
	/*
	 * Where the cases request, over TLS if the strategy cannot run over
	 * plain HTTP here; `base` then has the authority.
	 */
	char origin[SERVER_ORIGIN_MAX];
	struct fr_http base;
	const struct mock_schedule *schedule; /* if the case knows the draws */
};

/* One trial of a case, and what the server saw of it. */
struct run {
	struct trial_spec spec;
	struct trial_result result;
	struct witness witness;
	struct trial_row row;
};

/* Starts the server on a free port; ends it. Returns 0 or -1. */
int bench_start_server(struct bench *bench);
void bench_stop_server(struct bench *bench);

/* Fails the test for what was asked of the server, and says how that is. */
void bench_fail(const struct bench *bench, const struct fr_error *err);

/* The flags by another way than any strategy's. Returns 0 or -1. */
int bench_fetch_flags(struct bench *bench);

/* Whether the strategy promises to use no network. */
bool is_offline(const struct bench *bench);

/* Whether it is a program, whose samples are the witness's. */
bool is_program(const struct bench *bench);

/* Whether its threads are those of OpenMP's runtime. */
bool is_openmp(const struct bench *bench);

/*
 * Whether ThreadSanitizer would misread the strategy where a case leaves it no
 * descriptor, or more events than its history holds: it then does not find the
 * function by which tests/tsan.supp tells what it wrongly says of libgomp.
 */
bool is_misread(const struct bench *bench);

/* A job for the strategy, at the concurrency or the most that it takes. */
void run_start(struct bench *bench, struct run *run, size_t n,
	unsigned concurrency, unsigned timeout_ms, const char *const *urls);

/* Compares the two accounts of a trial that has run; the verdict is data. */
void run_judge(struct run *run);

/*
 * All of it: settings put in force, a trial, its account and its verdict. It
 * ends well, or the test fails; the verdict is left to the case.
 */
void run_trial(struct bench *bench, struct run *run, const char *settings,
	size_t n, unsigned concurrency, unsigned timeout_ms,
	const char *const *urls);
void run_release(struct run *run);

void assert_valid(const struct run *run);

/* Cases of faults.c: what a server does wrong, item by item. */
void each_fault_is_recorded_for_the_items_it_hits(void **state);
void beyond_a_limit_each_item_fails_by_itself(void **state);
void only_what_is_not_answered_in_time_times_out(void **state);
void a_connection_that_ends_behind_an_answer_costs_none(void **state);
void what_was_not_processed_is_sent_again(void **state);
void a_program_meets_the_faults_that_a_client_records(void **state);

/* Cases of answers.c: what a server may say, by a server of their own. */
void an_answer_means_the_same_to_every_strategy(void **state);
void an_answer_without_end_is_given_up_in_time(void **state);

/* Cases of retries.c: items that are tried again. */
void the_same_items_are_tried_again_after_an_error(void **state);
void the_same_items_are_tried_again_after_a_reset(void **state);
void an_item_is_tried_again_after_its_timeout(void **state);
void a_rate_limit_costs_tries_but_no_item(void **state);

/* Cases of work.c: what is done with each answer. */
void each_answer_is_worked_on_once_and_in_full(void **state);
void each_body_is_saved_in_its_file(void **state);

/* Cases of tls.c: how connections begin. */
void each_connection_makes_a_full_handshake(void **state);
void a_worker_resumes_its_session(void **state);

/* Cases of resident.c: what a resident program is told besides its job. */
void a_resident_program_trusts_the_authority(void **state);
void a_resident_program_works_on_each_answer(void **state);

/* Cases of trouble.c: what a strategy meets from outside of its requests. */
void a_server_that_goes_away_ends_in_errors(void **state);
void without_descriptors_it_fails_or_records_errors(void **state);
void without_threads_or_processes_it_fails_or_needs_none(void **state);

#endif
