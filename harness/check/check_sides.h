/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sides of a check: base, head, and a copy of base as a control. Each side
 * is an agent of its own. All get the same orders and share one server, so they
 * differ in nothing but the build or the strategy.
 */
#ifndef HARNESS_CHECK_CHECK_SIDES_H
#define HARNESS_CHECK_CHECK_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/check/agent_driver.h"
#include "harness/plan/plan.h"
#include "harness/server/server.h"

enum check_side {
	SIDE_BASE,
	SIDE_HEAD,
	SIDE_COPY, /* another file with base's bytes, given the same orders */
};
enum { SIDE_COUNT = 3 };

extern const char *const check_side_names[SIDE_COUNT];

/* What the user named for a side. NULL: nothing. */
struct check_build {
	const char *binary;   /* of flagrace; NULL: this program */
	const char *strategy; /* a name or .so path; NULL: that of the cell */
	const char *exec;     /* the template of a program, instead of it */
	const char *program;  /* that of a resident program, instead of both */
	const char *label;    /* in reports; NULL: one of the above */
};

/* The program or the strategy that the user named for a side; NULL: none. */
static inline const char *check_build_own(const struct check_build *build)
{
	if (build->exec)
		return build->exec;
	return build->program ? build->program : build->strategy;
}

struct check_builds {
	struct check_build base, head;
};

struct check_sides {
	struct server server;
	struct agent agents[SIDE_COUNT];
	char binaries[SIDE_COUNT][4096];              /* their paths */
	const struct check_build *builds[SIDE_COUNT]; /* borrowed */
	int copy; /* file descriptor of the copy; -1: none */
	int stop_fd;
	uint64_t trials;
};

/*
 * Starts the server that the plan needs, and the agents of the binaries in
 * builds, which are borrowed until check_sides_close. stop_fd is as
 * for agent_open. Returns 0, or -1 with *err and nothing left open.
 */
int check_sides_open(struct check_sides *sides,
	const struct check_builds *builds, const struct plan *plan, int stop_fd,
	struct fr_error *err);

/*
 * Whether base and head run on the same host, by their greetings: an agent may
 * be a script that runs flagrace on another host.
 */
bool check_sides_share_host(const struct check_sides *sides);

/*
 * Runs a trial of the cell on that side. If the agent refuses the order or
 * dies, the row is not valid and has the agent's error as its reason; an agent
 * that died is started again. Returns 0, or -1 with *err: interrupted, or the
 * agent cannot be started again.
 */
int check_sides_run(struct check_sides *sides, enum check_side side,
	const struct cell *cell, uint64_t seed, int64_t block,
	struct trial_row *row, struct fr_error *err);

void check_sides_close(struct check_sides *sides);

#endif
