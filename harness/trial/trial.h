/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs one trial: one strategy, once, on one job, in a process of its own.
 *
 * The child sets up, signals READY, waits for GO, runs download_many between
 * the stamps t0 and t1, tears down and exits. Processes that remain are killed
 * and counted (keeper.h). The caller must have one thread and little memory,
 * because it is forked.
 */
#ifndef HARNESS_TRIAL_TRIAL_H
#define HARNESS_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"
#include "harness/roster/exec.h"
#include "harness/trial/quota.h"
#include "link/link.h"

struct mock_schedule;

/* One of the hosts that made a trial together; stamps are of our clock. */
struct trial_host {
	char name[64];
	unsigned places;    /* its share of the concurrency */
	uint64_t items;     /* its share of the items */
	int64_t offset_ns;  /* of its clock: what it shows minus ours */
	uint64_t bound_ns;  /* on the error of that */
	uint64_t performed; /* items */
	uint64_t t0_ns, t1_ns;
	uint64_t cpu_ns; /* UINT64_MAX: unknown */
};

/* The link that the requests of a trial pass. */
struct trial_link {
	const struct link *link; /* that its processes enter */
	struct link_spec spec;   /* in force */
};

/* How far the child got. */
enum trial_phase {
	TRIAL_SETUP,    /* is in the strategy's setup */
	TRIAL_READY,    /* is set up and waits for GO */
	TRIAL_RUNNING,  /* is in download_many: the clock runs */
	TRIAL_TEARDOWN, /* is in the strategy's teardown */
	TRIAL_DONE,     /* all three have returned */
};

/* How the child ended. */
enum trial_end {
	TRIAL_COMPLETED, /* reached TRIAL_DONE */
	TRIAL_FAILED,    /* setup or download_many returned `error` */
	TRIAL_CRASHED,   /* was ended by a signal, or called exit */
	TRIAL_TIMEOUT,   /* was killed at its deadline */
	TRIAL_STOPPED,   /* was killed because the user interrupted */
	TRIAL_LOST,      /* a host did not answer: lost_note */
};

/* What to run. All pointers are borrowed until trial_run returns. */
struct trial_spec {
	const struct fr_strategy *strategy;
	size_t n;
	unsigned concurrency;
	const char *const *urls; /* n */
	const char *trial;       /* the name by which the witness knows it */
	bool unwitnessed;        /* the server is not a witness */
	/* Delays and faults that the server should draw; NULL: unknown. */
	const struct mock_schedule *schedule;
	uint64_t epoch_ns;   /* earlier arrivals belong to earlier trials */
	uint64_t stragglers; /* requests of earlier trials that may arrive */
	struct fr_http http;
	double cpus; /* that it may use at once; 0: all that it can */
	const struct fr_work *work;    /* as in struct fr_job */
	const struct fr_retry *retry;  /* as in struct fr_job */
	const struct quota *quota;     /* that its processes join; NULL: none */
	const struct trial_link *link; /* NULL: none, the loopback */
	const uint64_t *due_ns; /* n, see struct fr_job; NULL: closed loop */
	const struct fr_observer *observer; /* NULL: none */
	/* As in struct fr_job. */
	const uint32_t *numbers;
	/*
	 * Called between READY and GO; false: the trial is stopped instead.
	 * NULL: none.
	 */
	bool (*before_go)(void *ctx);
	void *ctx;
	/* CPU time to burn before t1, a slow-down of known size; 0: none. */
	uint64_t burn_ns;
	int control_fd; /* a descriptor that the child closes; below 1: none */
	int stop_fd;    /* readable when the user interrupts; -1: none */
};

struct trial_result {
	enum trial_end end;
	enum trial_phase phase; /* the last phase it reached */
	int error;              /* -errno of TRIAL_FAILED */
	int signal;             /* that ended the process; 0: it exited */
	int exit_status;        /* of the process, if it exited */
	int program_status;     /* exit status of the program it ran, or 0 */
	/* Of a resident program: what it did wrong or had not done, or "". */
	char program_note[EXEC_NOTE_MAX];
	unsigned left_behind; /* child processes it did not wait for */
	unsigned made_early;  /* threads and processes made on loading */
	uint64_t setup_ns, t0_ns, t1_ns, teardown_ns; /* stamps of the child */
	/*
	 * Stamps of the harness: the process started, was READY, got GO (0: it
	 * did not get that far), and had ended.
	 */
	uint64_t begin_ns, ready_ns, go_ns, exit_ns;
	uint64_t cpu_user_ns, cpu_sys_ns; /* of all its processes */
	uint64_t cpu_ns;                  /* the best figure for the sum */
	const char *cpu_by; /* source of cpu_ns: "perf", "rusage"; "": none */
	uint64_t peak_rss_bytes; /* of its largest process */
	uint64_t voluntary_switches, involuntary_switches;
	/* By its processes, in set-up too; UINT64_MAX: unknown. */
	uint64_t threads_created, processes_created;
	struct quota_counts quota; /* filled in by the caller */
	/* Filled in by the caller if there is a link: what it did. */
	struct link_account link;
	int link_rc; /* -errno: the account could not be read */
	/* Filled in by the caller: see server_changed(). NULL: nothing. */
	const char *server_changed;
	/* Of a trial that hosts made: each one. NULL: this process made it. */
	struct trial_host *hosts;
	unsigned host_count;
	char lost_note[160];       /* of TRIAL_LOST: which host, and how */
	const char *faulty_host;   /* whose `end` this is; NULL: of none */
	struct fr_sample *samples; /* n, until trial_release */
	void *memory;
	size_t memory_size;
};

/*
 * Runs the trial and returns when all its processes have ended. Returns 0,
 * however the trial ended, or -1 with *err if it could not be started.
 */
int trial_run(struct trial_result *result, const struct trial_spec *spec,
	struct fr_error *err);

void trial_release(struct trial_result *result);

/* For all but the requests: longer than a busy host stops its guests. */
#define TRIAL_REST_S 5

/*
 * The time after which a trial is killed: the last intended start, plus for
 * each round of requests the timeouts of all tries and the longest waits before
 * them, plus the time that one thread on a busy machine may take for all work,
 * plus TRIAL_REST_S. A strategy that finds its own limit may have one request
 * in flight, so a round of its requests is one.
 */
uint64_t trial_deadline_ns(const struct trial_spec *spec);

#endif
