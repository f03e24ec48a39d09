/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the fork count, a dummy event on each CPU has a ring, which gets a record
 * of each fork and exit. There is one ring per CPU, because the kernel cannot
 * map an inherited event of all CPUs.
 */
#include "harness/base/perf_events.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* Completes attr, and opens a software event that descendants inherit. */
static int open_event(struct perf_event_attr *attr, pid_t pid, int cpu)
{
	attr->size = sizeof(*attr);
	attr->type = PERF_TYPE_SOFTWARE;
	attr->inherit = 1;
	/* Required of unprivileged users. */
	attr->exclude_kernel = 1;
	attr->exclude_hv = 1;
	return (int)syscall(
		SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static size_t ring_bytes(void)
{
	return (1 + DATA_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

static bool ring_open(struct ring *ring, int cpu)
{
	struct perf_event_attr attr = {
		.config = PERF_COUNT_SW_DUMMY, .task = 1};

	ring->page = MAP_FAILED;
	ring->fd = open_event(&attr, 0, cpu);
	if (ring->fd >= 0)
		ring->page = mmap(NULL, ring_bytes(), PROT_READ | PROT_WRITE,
			MAP_SHARED, ring->fd, 0);
	return ring->page != MAP_FAILED;
}

static void ring_close(struct ring *ring)
{
	if (ring->page != MAP_FAILED)
		munmap(ring->page, ring_bytes());
	if (ring->fd >= 0)
		close(ring->fd);
}

static void close_all(struct fork_count *count)
{
	for (int i = 0; i < count->cpus; i++)
		ring_close(&count->rings[i]);
	free(count->rings);
	*count = (struct fork_count){0};
}

void fork_count_open(struct fork_count *count)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);

	*count = (struct fork_count){0};
	count->rings = calloc((size_t)cpus, sizeof(*count->rings));
	if (!count->rings)
		return;
	for (; count->cpus < cpus; count->cpus++) {
		struct ring *ring = &count->rings[count->cpus];

		if (ring_open(ring, count->cpus))
			continue;
		ring_close(ring);
		close_all(count);
		return;
	}
}

void fork_count_leave(struct fork_count *count)
{
	/* The mappings are not inherited (VM_DONTCOPY). */
	for (int i = 0; i < count->cpus; i++)
		close(count->rings[i].fd);
	free(count->rings);
	*count = (struct fork_count){0};
}

/* Counts the records of a ring. False: it was full, and may lack some. */
static bool count_ring(
	const struct ring *ring, uint64_t *threads, uint64_t *processes)
{
	const char *data = (const char *)ring->page + ring->page->data_offset;
	/* Pairs with the kernel's barrier before it moves data_head. */
	uint64_t head =
		__atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint32_t self = (uint32_t)getpid();
	struct fork_record record;

	for (uint64_t at = 0; at < head; at += record.header.size) {
		memcpy(&record.header, data + at, sizeof(record.header));
		if (record.header.type != PERF_RECORD_FORK)
			continue;
		memcpy(&record, data + at, sizeof(record));
		if (record.pid == record.ppid)
			++*threads;
		else if (record.ppid != self)
			++*processes;
	}
	return head + 2 * sizeof(record) <= ring->page->data_size;
}

void fork_count_read(
	const struct fork_count *count, uint64_t *threads, uint64_t *processes)
{
	bool known = count->cpus > 0;

	*threads = *processes = 0;
	for (int i = 0; i < count->cpus && known; i++)
		known = count_ring(&count->rings[i], threads, processes);
	if (!known)
		*threads = *processes = UINT64_MAX;
}

int task_clock_open(pid_t pid)
{
	/* Counts kernel time although it is excluded. */
	struct perf_event_attr attr = {.config = PERF_COUNT_SW_TASK_CLOCK};

	return open_event(&attr, pid, -1);
}

uint64_t task_clock_close(int fd)
{
	uint64_t ns = UINT64_MAX;

	if (fd < 0)
		return ns;
	if (read(fd, &ns, sizeof(ns)) != sizeof(ns))
		ns = UINT64_MAX;
	close(fd);
	return ns;
}
