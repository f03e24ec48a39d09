/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * There is one event for each CPU, and not one for all CPUs, because the kernel
 * maps no ring of an inherited event of all CPUs. The ring gets a record of each
 * fork and exit; the event itself counts CPU time. A second kind of event would
 * make each context switch of the descendants longer.
 */
#include "harness/base/perf_events.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/base/clock.h"

/* Unprivileged users may lock 516 KiB per ring: perf_event_mlock_kb. */
enum { DATA_PAGES = 128 };

struct ring {
	int fd;
	struct perf_event_mmap_page *page; /* MAP_FAILED: none */
};

/* A record of type PERF_RECORD_FORK. */
struct fork_record {
	struct perf_event_header header;
	uint32_t pid, ppid, tid, ptid;
	uint64_t time;
};

/* Counts kernel time although it is excluded. */
static int open_event(int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.inherit = 1,
		.task = 1,
		/* Required of unprivileged users. */
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(
		SYS_perf_event_open, &attr, 0, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static size_t ring_bytes(void)
{
	return (1 + DATA_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

static bool ring_open(struct ring *ring, int cpu)
{
	ring->fd = open_event(cpu);
	if (ring->fd < 0)
		return false;
	ring->page = mmap(NULL, ring_bytes(), PROT_READ | PROT_WRITE,
		MAP_SHARED, ring->fd, 0);
	return true;
}

void descendants_leave(struct descendants *watched)
{
	/* A forked child has no mappings of the rings (VM_DONTCOPY). */
	for (int i = 0; i < watched->cpus; i++)
		close(watched->rings[i].fd);
	free(watched->rings);
	*watched = (struct descendants){0};
}

/* Nothing is known of all CPUs if it is not known of each. */
static void give_up(struct descendants *watched)
{
	for (int i = 0; i < watched->cpus; i++)
		if (watched->rings[i].page != MAP_FAILED)
			munmap(watched->rings[i].page, ring_bytes());
	descendants_leave(watched);
}

void descendants_watch(struct descendants *watched)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);

	*watched = (struct descendants){
		.rings = calloc((size_t)cpus, sizeof(struct ring)),
		.own_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID)};
	if (!watched->rings)
		return;
	for (; watched->cpus < cpus; watched->cpus++) {
		if (ring_open(&watched->rings[watched->cpus], watched->cpus))
			continue;
		give_up(watched);
		return;
	}
}

/* Counts the records of a ring. False: it was full, and may lack some. */
static bool count_ring(const struct ring *ring, struct descendants_did *did)
{
	const char *data;
	uint64_t head;
	uint32_t self = (uint32_t)getpid();
	struct fork_record record;

	if (ring->page == MAP_FAILED)
		return false;
	data = (const char *)ring->page + ring->page->data_offset;
	/* Pairs with the kernel's barrier before it moves data_head. */
	head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	for (uint64_t at = 0; at < head; at += record.header.size) {
		memcpy(&record.header, data + at, sizeof(record.header));
		if (record.header.type != PERF_RECORD_FORK)
			continue;
		memcpy(&record, data + at, sizeof(record));
		if (record.pid == record.ppid)
			did->threads++;
		else if (record.ppid != self)
			did->processes++;
	}
	return head + 2 * sizeof(record) <= ring->page->data_size;
}

/* The events also counted the time of the calling process. */
static uint64_t cpu_ns(const struct descendants *watched)
{
	uint64_t own_ns =
		clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - watched->own_ns;
	uint64_t sum_ns = 0, ns;

	for (int i = 0; i < watched->cpus; i++) {
		if (read(watched->rings[i].fd, &ns, sizeof(ns)) != sizeof(ns))
			return UINT64_MAX;
		sum_ns += ns;
	}
	return sum_ns > own_ns ? sum_ns - own_ns : 0;
}

void descendants_read(
	const struct descendants *watched, struct descendants_did *did)
{
	bool known = watched->cpus > 0;

	*did = (struct descendants_did){
		.cpu_ns = known ? cpu_ns(watched) : UINT64_MAX};
	for (int i = 0; i < watched->cpus && known; i++)
		known = count_ring(&watched->rings[i], did);
	if (!known)
		did->threads = did->processes = UINT64_MAX;
}
