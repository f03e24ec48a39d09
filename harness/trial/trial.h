/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One trial: a strategy run once on a job, in a process of its own.
 *
 * The child sets up, says READY, waits for GO, runs download_many between the
 * stamps t0 and t1, tears down and exits. Whatever is left of it afterwards is
 * killed and counted (keeper.h). The caller must be single threaded and small:
 * it is what gets forked.
 */
#ifndef HARNESS_TRIAL_TRIAL_H
#define HARNESS_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"

struct mock_schedule;

/* How far the child got, and with that where it failed. */
enum trial_phase {
	TRIAL_SETUP,    /* in the strategy's setup */
	TRIAL_READY,    /* set up, waiting for GO */
	TRIAL_RUNNING,  /* in download_many: the clock runs */
	TRIAL_TEARDOWN, /* in the strategy's teardown */
	TRIAL_DONE,     /* everything returned */
};

/* How the child ended. */
enum trial_end {
	TRIAL_COMPLETED, /* ran to TRIAL_DONE */
	TRIAL_FAILED,    /* setup or download_many returned `error` */
	TRIAL_CRASHED,   /* ended by a signal, or exited by itself */
	TRIAL_TIMEOUT,   /* passed its deadline and was killed */
	TRIAL_STOPPED,   /* killed because the user interrupted */
};

/* What to run. Everything is the caller's and outlives the trial. */
struct trial_spec {
	const struct fr_strategy *strategy;
	size_t n;
	unsigned concurrency;
	const char *const *urls; /* n */
	const char *trial;       /* its name to the witness */
	bool unwitnessed;        /* there is none: the client's word alone */
	/* What the witness is to draw; NULL: nobody knows. */
	const struct mock_schedule *schedule;
	uint64_t epoch_ns;   /* what arrived before is of an earlier trial */
	uint64_t stragglers; /* requests of trials before that may come */
	struct fr_http http;
	const uint64_t *due_ns; /* n: as in struct fr_job; NULL: closed loop */
	const struct fr_observer *observer; /* NULL: none */
	/* Called between READY and GO; NULL: none. */
	void (*before_go)(void *ctx);
	void *ctx;
	uint64_t
		burn_ns; /* CPU time to use up besides, in the clock; 0: none */
	int control_fd;  /* not for the child: it closes that; below 1: none */
	int stop_fd;     /* readable when the user interrupts; -1: none */
};

struct trial_result {
	enum trial_end end;
	enum trial_phase phase; /* the last one reached */
	int error;              /* -errno of TRIAL_FAILED */
	int signal;             /* that ended a TRIAL_CRASHED; 0: it exited */
	int exit_status;        /* when it exited */
	int program_status;     /* of the program that it ran; 0: none, or so */
	unsigned left_behind;   /* processes it did not wait for */
	unsigned made_early;    /* threads, processes: when it was loaded */
	uint64_t setup_ns, t0_ns, t1_ns, teardown_ns; /* by its own stamps */
	/*
	 * By the harness's: its process was let begin, was READY, was told GO
	 * (0: it did not come so far), and had ended.
	 */
	uint64_t begin_ns, ready_ns, go_ns, exit_ns;
	uint64_t cpu_user_ns, cpu_sys_ns; /* of its whole process tree */
	uint64_t cpu_ns;                  /* the best account of both */
	const char *cpu_by;      /* whose: "perf", "rusage"; "": none */
	uint64_t peak_rss_bytes; /* of its largest process */
	uint64_t voluntary_switches, involuntary_switches;
	/* Below its first process, set-up included; UINT64_MAX: unknown. */
	uint64_t threads_created, processes_created;
	/* What of the server is not as it was made; the caller's. NULL: none. */
	const char *server_changed;
	struct fr_sample *samples; /* n, until trial_release */
	void *memory;
	size_t memory_size;
};

/*
 * Runs it, and returns when nothing of it is left. Returns 0 whatever became
 * of the trial, or -1 with *err when it could not even be started.
 */
int trial_run(struct trial_result *result, const struct trial_spec *spec,
	struct fr_error *err);

void trial_release(struct trial_result *result);

/* For all but the requests: more than a busy host stops a guest for. */
#define TRIAL_REST_S 5

/*
 * When a trial is given up: an honest strategy needs no longer than its
 * requests' timeouts one behind the other, from the last intended start on,
 * and TRIAL_REST_S for all the rest.
 */
uint64_t trial_deadline_ns(const struct trial_spec *spec);

#endif
