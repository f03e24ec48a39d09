/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits that would make every trial of a cell fail. */
#ifndef HARNESS_RACE_CELL_LIMITS_H
#define HARNESS_RACE_CELL_LIMITS_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/plan/plan.h"
#include "harness/trial/quota.h"

/*
 * How many of the `hosts` that there are take part in a trial of the cell:
 * those that are asked for, if it has a place for each. 0: there are none.
 */
unsigned cell_limits_hosts(const struct cell *cell, unsigned hosts);

/*
 * Checks that the witness, if there is one, can record all requests, and that
 * this system has enough descriptors and ports for all connections at once, and
 * can make the quota. hosts: how many share the connections, as systems like
 * this one; 0: none. Returns 0, or -1 with *err, which begins with the setting
 * and its value.
 */
int cell_limits_check(const struct cell *cell, bool witnessed, unsigned hosts,
	struct fr_error *err);

/* The quota that the cell asks for. */
struct quota_limits cell_limits_quota(const struct cell *cell);

/* Refuses a link where none can be made: `possible` is false. */
int cell_limits_check_link(
	const struct cell *cell, bool possible, struct fr_error *err);

/*
 * Checks what hosts can do for the cell. hosts: how many there are; 0: none,
 * the harness makes the load.
 */
int cell_limits_check_hosts(
	const struct cell *cell, unsigned hosts, struct fr_error *err);

/* cell_limits_check for each cell of the plan. */
int cell_limits_check_all(const struct plan *plan, bool witnessed,
	unsigned hosts, struct fr_error *err);

#endif
