/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Included before every source of a build with FLAGRACE_COVERAGE. gcc writes
 * its counts of executed lines at exit(3); the keeper, the workers and other
 * processes end by _exit(2), so they write theirs here. The counts of a process
 * that a signal kills are lost.
 */
#ifndef FLAGRACE_TESTS_COVERAGE_H
#define FLAGRACE_TESTS_COVERAGE_H

#include <unistd.h>

void __gcov_dump(void);

#define _exit(status) (__gcov_dump(), _exit(status))

#endif
