/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The work that is done on each item once its answer is complete: CPU work, or
 * the body saved to a file, or both.
 *
 * CPU work is a number of rounds of one function. A round is the same machine
 * instructions in every strategy, uses registers only, and needs the result of
 * the round before it. So the work cannot be shared, cached or split, and its
 * result proves that all rounds were run. The harness measures once for each
 * run how many rounds fit into a millisecond of a thread's CPU time.
 */
#ifndef HARNESS_BASE_WORK_H
#define HARNESS_BASE_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The work of a job. All that it points to is the harness's. */
struct fr_work {
	const uint64_t *rounds; /* n: of each item's CPU work; NULL: none */
	const uint64_t *cpu_ns; /* n: the CPU time they should take; or NULL */
	uint64_t rounds_per_ms; /* as measured; 0: no CPU work */
	bool save;              /* the body is saved */
	bool sync;              /* and the file is synced, by fsync(2) */
	int folder;             /* where files are saved; -1: none are */
	/*
	 * n places of body_max bytes, in shared memory, for bodies that wait
	 * for fr_work; NULL unless such bodies are to be saved.
	 */
	char *bodies;
	size_t body_max; /* a multiple of the page size */
};

/* Room for the name of an item's file. */
enum { WORK_FILE_MAX = 32 };

/* Writes the name of item i's file in the folder. */
void work_file_name(char name[WORK_FILE_MAX], size_t i);

/* The start of an item's rounds. It depends on the item and on its body. */
uint64_t work_start(size_t i, uint64_t body_hash);

/* Runs the rounds from `start` on. Pure; any thread. */
uint64_t work_rounds(uint64_t start, uint64_t rounds);

/*
 * Measures how many rounds fit into a millisecond of CPU time of the calling
 * thread, which takes some 50 ms of it. Interruptions and other threads only
 * make bursts slower, so the fastest of many bursts counts. Returns 1 or more.
 */
uint64_t work_measure_rounds_per_ms(void);

#endif
