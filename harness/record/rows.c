/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of columns, and the initial values of a row. csv.c and
 * csv_member.c know the format of the files, but no column by name.
 */
#include "harness/record/rows.h"

#include "harness/record/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const verdict_words[VERDICT_COUNT] = {
	[VERDICT_UNKNOWN] = "",
	[VERDICT_VALID] = "valid",
	[VERDICT_INVALID] = "invalid",
	[VERDICT_FAILED] = "failed",
	[VERDICT_TIMEOUT] = "timeout",
	[VERDICT_CRASHED] = "crashed",
	[VERDICT_UNWITNESSED] = "unwitnessed",
};

static const char *const status_words[FR_STATUS_COUNT] = {
	[FR_NOT_RUN] = "not_run",
	[FR_OK] = "ok",
	[FR_HTTP_ERROR] = "http_error",
	[FR_NET_ERROR] = "net_error",
	[FR_TIMEOUT] = "timeout",
	[FR_CANCELLED] = "cancelled",
};

_Static_assert(sizeof(enum trial_verdict) == sizeof(unsigned) &&
		sizeof(enum fr_status) == sizeof(unsigned),
	"a word is stored as an unsigned");

#define ROW struct trial_row
static const struct column trial_columns[] = {
	COLUMN_REQUIRED(schema_version, "",
		"Version of these columns' meaning; this page is version 1."),
	COLUMN_REQUIRED(run, "", "Name of the run: its folder's name."),
	COLUMN(started_at, "UTC", "When the trial began, ISO 8601."),
	COLUMN_REQUIRED(block, "",
		"The pass over all cells it belongs to, from 1; 0 and less are "
		"warm-up and in no summary."),
	COLUMN_REQUIRED(trial, "", "Names the trial within its run."),
	COLUMN(suite, "", "The suite that asked for it."),
	COLUMN_REQUIRED(strategy, "", "The strategy that ran."),
	COLUMN_REQUIRED(concurrency, "requests",
		"The most requests it was allowed in flight at any instant."),
	/* clang-format off */
	WORKLOAD_A(OF_WORKLOAD)
	COLUMN(seed, "", "Seed of the block's delays, faults and arrivals."),
	WORKLOAD_B(OF_WORKLOAD)
	COLUMN(protocol, "", "HTTP version asked for, such as http/1.1."),
	WORKLOAD_C(OF_WORKLOAD)
	WORKLOAD_D(OF_WORKLOAD)
	/* clang-format on */
	COLUMN_AS(COLUMN_WORD, "verdict", verdict, "", .required = true,
		.words = verdict_words,
		.word_count = COLUMN_COUNT_OF(verdict_words),
		.meaning = "`valid`, `invalid`, `failed`, `timeout`, `crashed` "
			   "or, where the server is no witness, "
			   "`unwitnessed`; only valid and unwitnessed trials "
			   "yield a figure."),
	COLUMN(reason, "", "Why it is not valid; empty when it is."),
	COLUMN(setup_ns, "ns", "Time the strategy's set-up took."),
	COLUMN(elapsed_ns, "ns",
		"Time the downloads took, from t0 to t1: the race itself."),
	COLUMN(teardown_ns, "ns", "Time the strategy's clean-up took."),
	COLUMN(ideal_ns, "ns",
		"The elapsed time of an in-order schedule of the delays the "
		"server really applied, at this concurrency and capacity, of "
		"the link's round trips and rate, and of the CPU work on all "
		"CPUs, at no other cost."),
	COLUMN(efficiency, "ratio", "ideal_ns / elapsed_ns."),
	COLUMN(ok, "requests", "Items answered 2xx with a whole body."),
	COLUMN(http_error, "requests", "Items answered with another status."),
	COLUMN(net_error, "requests",
		"Items without a whole answer: refused, reset, cut short."),
	COLUMN(timeout, "requests", "Items given up at their time limit."),
	COLUMN(cancelled, "requests", "Items given up before being sent."),
	COLUMN(not_run, "requests", "Items that no worker performed."),
	COLUMN(body_bytes, "bytes", "Bytes of all bodies received."),
	COLUMN(peak_in_flight, "requests",
		"The most requests the server had at once."),
	COLUMN(mean_in_flight, "requests",
		"Requests the client had at once, averaged over the elapsed "
		"time."),
	COLUMN(connections_opened, "connections",
		"Connections the server accepted for it."),
	COLUMN(latency_p50_ns, "ns",
		"Median time of an item to its end, from its start or, in an "
		"open loop, from its intended start."),
	COLUMN(latency_p90_ns, "ns", "90 % of its items took at most this."),
	COLUMN(latency_p99_ns, "ns",
		"99 % of its items took at most this; of fewer than 100 items, all."),
	COLUMN(latency_max_ns, "ns", "Its slowest item."),
	COLUMN(first_result_ns, "ns", "From t0 to the first item's end."),
	COLUMN(half_results_ns, "ns", "From t0 until half the items ended."),
	COLUMN(cpu_user_ns, "ns",
		"CPU time the client spent in user mode, all its processes."),
	COLUMN(cpu_sys_ns, "ns", "CPU time the client spent in the kernel."),
	COLUMN(peak_rss_bytes, "bytes",
		"The most memory a process of the client had resident."),
	COLUMN(voluntary_switches, "switches",
		"Context switches of the client because it waited."),
	COLUMN(involuntary_switches, "switches",
		"Context switches of the client because its time slice was over."),
	COLUMN(server_cpu_ns, "ns",
		"CPU time the server spent during the trial."),
	COLUMN(bound_by, "",
		"What limited the trial: `order`, `arrivals`, `latency`, "
		"`limit`, `retries`, `link`, `work`, `capacity`, "
		"`client-cpu`, `loop`, `server-cpu`, `listen-queue`, "
		"`quota`, `host 2` (the others ended long before) or "
		"`unknown`."),
	COLUMN(samples, "",
		"`client`: the harness's client measured the requests' times "
		"and bytes; `witness`: only the server did; `none`: the "
		"program asks for nothing, and its start is measured."),
	COLUMN(offered_rate, "requests/s",
		"Open loop: the rate of the intended starts."),
	COLUMN(achieved_rate, "requests/s",
		"Open loop: the rate at which items were really started."),
	COLUMN(rate_held, "",
		"Open loop: `yes`; or `no` when items still waited for a "
		"worker at the end."),
	COLUMN(queue_p50_ns, "ns",
		"Open loop: median time from an item's intended start to its "
		"start."),
	COLUMN(queue_p99_ns, "ns",
		"99 % of its items waited at most this; of fewer than 100 "
		"items, all."),
	COLUMN(last_result_ns, "ns", "From t0 to the last item's end."),
	COLUMN(witness_mean_in_flight, "requests",
		"Requests the server had at once, averaged over the elapsed "
		"time."),
	COLUMN(outside_ns, "ns",
		"Mean time of an item outside the server: in the client, the "
		"kernel and the network."),
	COLUMN(little, "",
		"Whether client and server agree on the mean in flight: "
		"`agree`, or `gap`."),
	COLUMN(threads_created, "threads",
		"Threads the client made, set-up included, beyond the first of "
		"each process; empty where the kernel does not tell."),
	COLUMN(processes_created, "processes",
		"Processes the client made beyond its first; empty where the "
		"kernel does not tell."),
	COLUMN(failures, "",
		"Why items failed, as in `12 reset; 3 no-port`: how often each "
		"`cause` of requests.csv occurred."),
	COLUMN(listen_overflows, "connections",
		"Connections that found a full listen queue during the trial, "
		"anywhere in the network namespace; with a link, in its "
		"namespaces."),
	COLUMN(syn_retransmits, "segments",
		"Connection requests that were sent again during the trial, "
		"anywhere in the network namespace; each waited for a second "
		"or more."),
	COLUMN(throttled_ns, "ns",
		"CPU time that a quota of the harness's cgroup, or of a cgroup "
		"above it, withheld during the trial, over all CPUs; with "
		"`cpus`, what the trial's own quota withheld."),
	COLUMN(cpu_ns, "ns",
		"CPU time that all processes of the client spent, user and "
		"system, by the account in `cpu_by`."),
	COLUMN(cpu_by, "",
		"The account of `cpu_ns`: `rusage` is `cpu_user_ns` + "
		"`cpu_sys_ns`; `perf`, an inherited event, is taken where it "
		"counted far more, because nobody waited for some processes; "
		"`cgroup`, that of a quota, where it counted more."),
	COLUMN(total_ns, "ns",
		"By the harness's clock: from the start of the set-up to the "
		"end of the process, less the wait for the start signal."),
	COLUMN(server_late_ns, "ns",
		"What the server added to the ideal: the length of an in-order "
		"schedule of the times from arrival to answer, queueing "
		"included, less ideal_ns."),
	COLUMN(dispatch_ns, "ns",
		"What the waits before items were started add to the schedule "
		"of server_late_ns; empty for a program. elapsed_ns is "
		"ideal_ns + server_late_ns + dispatch_ns + rest_ns."),
	COLUMN(dispatch_p50_ns, "ns",
		"Median time for which an item was not started although a "
		"place was free and its intended start had come."),
	COLUMN(dispatch_p99_ns, "ns",
		"99 % of its items waited at most this long."),
	COLUMN(rest_ns, "ns",
		"The rest of the elapsed time: connecting, the client, the "
		"kernel, slow start and loss on a link, the time after the "
		"last item."),
	/* clang-format off */
	WORKLOAD_E(OF_WORKLOAD)
	/* clang-format on */
	COLUMN(work_ns, "ns",
		"Sum over the items of the time from the start to the end of "
		"their work, by the clock on the wall; empty: there was no "
		"work, or a program did it."),
	COLUMN(retries, "requests",
		"Times that items were tried again after a failure; empty: "
		"without a policy of retries."),
	COLUMN(retry_wait_ns, "ns", "Sum of the waits before those tries."),
	COLUMN(limited, "requests",
		"Requests that the server answered with 429 because of its "
		"rate limit; empty: it had none."),
	COLUMN(oom, "processes",
		"Processes that the kernel killed because of the trial's "
		"memory limit; empty: it had none."),
	COLUMN(link_packets, "packets",
		"Packets that the link delivered, in both directions; empty, "
		"as are the next ones: there was no link."),
	COLUMN(link_bytes, "bytes", "Bytes of those IP packets."),
	COLUMN(link_lost, "packets",
		"Packets that the link dropped by its draw of `loss`."),
	COLUMN(link_dropped, "packets",
		"Packets that the link dropped because a queue was full."),
	COLUMN(link_late_p99_ns, "ns",
		"99 % of the packets were delivered at most this long after "
		"they were due, in the direction that was later."),
	COLUMN(link_late_max_ns, "ns", "The latest packet."),
	COLUMN(first_start_ns, "ns",
		"From t0 to the first item's start; of a program, to its "
		"first request at the server."),
	COLUMN(tls_full, "connections",
		"Full handshakes of TLS that the server made in the trial, "
		"also on connections without a request."),
	COLUMN(tls_resumed, "connections",
		"Handshakes by which connections resumed a session."),
	COLUMN(memory_peak_bytes, "bytes",
		"Most memory that all processes of the client had at once, "
		"files and shared memory that they touched included, by the "
		"cgroup of `memory`; empty: there was none."),
	COLUMN(latency_growth_ns, "ns",
		"Open loop: by how much the least latency of the last tenth of "
		"the items exceeds that of the first tenth."),
	COLUMN(requests_received, "requests",
		"Requests of the trial that the server received: more than "
		"the items if some were sent again."),
	COLUMN(alpn_h2, "connections",
		"Handshakes of TLS in which ALPN chose HTTP/2."),
	COLUMN(alpn_http1, "connections",
		"Handshakes of TLS in which ALPN chose HTTP/1.1. In the others "
		"the client offered nothing."),
	COLUMN(wire_in_bytes, "bytes",
		"Bytes that TCP brought to the server on all connections of "
		"the trial, heads and TLS included, headers of TCP and IP not; "
		"empty: the kernel does not tell, or a connection had not "
		"ended."),
	COLUMN(wire_out_bytes, "bytes",
		"The same of the bytes that the server's TCP sent, those sent "
		"again included."),
	COLUMN(shard, "",
		"The shard of the run that the trial belongs to, as in `2/4`; "
		"empty: the run has no shards."),
	COLUMN(host, "",
		"Name of the machine that ran the trial; empty: the run has "
		"no shards."),
	COLUMN(host_count, "hosts",
		"Hosts that made the load together, by flagrace-mpi; empty, "
		"as are the next ones: the harness made it."),
	COLUMN(host_places, "",
		"The share of each host of the concurrency, in the order of "
		"the hosts, as in `3+3+2`."),
	COLUMN(clock_bound_ns, "ns",
		"By how much stamps of a host may differ from the harness's "
		"clock: the largest bound of all hosts."),
	COLUMN(slowest_host, "",
		"The host whose share ended last: its number, from 1, and its "
		"name."),
	COLUMN(host_efficiency, "ratio",
		"How much of elapsed_ns the hosts were at work: the mean of "
		"the hosts' own elapsed times / elapsed_ns."),
	COLUMN(connections_accepted, "connections",
		"Rows of the trial in connections.csv: connections that the "
		"server accepted, also those without a request; empty: the "
		"server keeps no list of them."),
};
#undef ROW

#define ROW struct request_row
static const struct column request_columns[] = {
	COLUMN_REQUIRED(run, "", "As in trials.csv."),
	COLUMN_REQUIRED(trial, "", "As in trials.csv; joins the two files."),
	COLUMN_REQUIRED(item, "", "The item's place in the job, from 0."),
	COLUMN(path, "", "The path asked for."),
	COLUMN(worker, "",
		"The worker that performed it, from 0: a thread, a process or "
		"a place of an event loop."),
	COLUMN(start_ns, "ns", "The item started, counted from t0."),
	COLUMN(connect_ns, "ns",
		"Its connection was made, counted from t0; empty: one was "
		"reused."),
	COLUMN(first_byte_ns, "ns",
		"The answer's first byte came, counted from t0."),
	COLUMN(end_ns, "ns",
		"The body was complete and its work done, or the failure "
		"known, counted from t0."),
	COLUMN_AS(COLUMN_WORD, "status", status, "", .required = true,
		.words = status_words,
		.word_count = COLUMN_COUNT_OF(status_words),
		.meaning = "`not_run`, `ok`, `http_error`, `net_error`, "
			   "`timeout` or `cancelled`."),
	COLUMN(http_status, "", "The answer's status, such as 200."),
	COLUMN(body_bytes, "bytes", "Bytes of body received."),
	COLUMN_AS(COLUMN_HASH, "body_hash", body_hash, "hex",
		.meaning = "XXH3-64 of those bytes, 16 digits."),
	COLUMN(attempts, "requests", "Times it was sent."),
	COLUMN(witness_arrival_ns, "ns",
		"When the request had reached the server, counted from t0; "
		"docs/METHOD.md, The delay, has the three limits of this."),
	COLUMN(witness_delay_ns, "ns", "The delay the server applied."),
	COLUMN(witness_sent_ns, "ns",
		"The server began to write its answer, counted from t0."),
	COLUMN(witness_in_flight, "requests",
		"Requests the server had at its arrival, itself included."),
	COLUMN(witness_connection, "",
		"The server's number of its connection."),
	COLUMN(intended_ns, "ns",
		"Open loop: the item was due to start, counted from t0."),
	COLUMN(cause, "",
		"Why it failed: `refused`, `unreachable`, `reset`, `closed`, "
		"`cut-short`, `timeout`, `no-port`, `no-descriptor`, `dns`, "
		"`certificate`, `tls`, `protocol`, `too-large`, `status-404` "
		"and the like, or `other`; empty: it did not fail."),
	COLUMN(answered_ns, "ns",
		"The body was complete, counted from t0; empty: there was no "
		"work, so end_ns says the same."),
	COLUMN(work_start_ns, "ns",
		"The item's work began, counted from t0; empty: none was "
		"done."),
	COLUMN(work_end_ns, "ns",
		"The item's work ended, and so did the item, counted from t0."),
	COLUMN(retries, "requests",
		"Times the item was tried again after a failure; empty: "
		"without a policy of retries."),
	COLUMN(retry_wait_ns, "ns", "Sum of the waits before those tries."),
	COLUMN(tls_ns, "ns",
		"The TLS handshake of its new connection had ended, counted "
		"from t0; empty: there was none."),
	COLUMN(host, "",
		"The host that performed it, from 1; empty: the harness's "
		"own machine."),
};
#undef ROW

#define ROW struct connection_row
static const struct column connection_columns[] = {
	COLUMN_REQUIRED(run, "", "As in trials.csv."),
	COLUMN_REQUIRED(trial, "", "As in trials.csv; joins the files."),
	COLUMN_REQUIRED(connection, "",
		"The server's number of it: `witness_connection` of "
		"requests.csv."),
	COLUMN(accepted_ns, "ns",
		"The server accepted it, counted from t0; empty: before t0."),
	COLUMN(ended_ns, "ns",
		"The server closed it, counted from t0; empty: it was open "
		"when the server was asked after the trial."),
	COLUMN(protocol, "",
		"What its requests spoke, `http/1.1`, `http/1.0` or `h2`; "
		"empty: it had none. `h2` without `alpn` is HTTP/2 with prior "
		"knowledge."),
	COLUMN(tls, "", "The handshake of TLS: `none`, `full` or `resumed`."),
	COLUMN(tls_version, "",
		"`TLSv1.2`, `TLSv1.3` or `other`; empty: none."),
	COLUMN(alpn, "",
		"What ALPN chose, `h2` or `http/1.1`; empty: the client "
		"offered nothing."),
	COLUMN(requests, "requests",
		"Requests for items that came on it, those of other clients "
		"included."),
	COLUMN(wire_in_bytes, "bytes",
		"Bytes that TCP brought to the server, as in trials.csv; "
		"until the server was asked, if the connection was open; "
		"empty: the kernel does not tell."),
	COLUMN(wire_out_bytes, "bytes",
		"Bytes that the server's TCP sent, those sent again "
		"included."),
	COLUMN(retransmits, "segments",
		"Segments that the server's TCP sent again."),
};
#undef ROW

#define ROW struct trial_host_row
static const struct column host_columns[] = {
	COLUMN_REQUIRED(run, "", "As in trials.csv."),
	COLUMN_REQUIRED(trial, "", "As in trials.csv; joins the files."),
	COLUMN_REQUIRED(host, "",
		"The number of the host, from 1: `host` of requests.csv."),
	COLUMN(name, "", "The name of its machine."),
	COLUMN(requests, "requests", "Its share of the items."),
	COLUMN(concurrency, "requests",
		"Its share of the concurrency, as in `host_places` of "
		"trials.csv."),
	COLUMN_REQUIRED(offset_ns, "ns",
		"What its clock showed minus what the harness's clock showed: "
		"the mean of the measurements before and after the trial."),
	COLUMN(bound_ns, "ns",
		"By how much that may be wrong: half the shortest round trip, "
		"and half the drift between both measurements."),
	COLUMN(start_ns, "ns",
		"The host started its share, counted from t0 of the trial; "
		"empty, as are the next ones: it did not get so far."),
	COLUMN(elapsed_ns, "ns", "Time its own downloads took."),
	COLUMN(efficiency, "ratio",
		"elapsed_ns / elapsed_ns of the trial: the mean over the hosts "
		"is `host_efficiency` of trials.csv."),
	COLUMN(cpu_ns, "ns",
		"CPU time of its processes, user and system, as in "
		"trials.csv."),
};
#undef ROW

/* Checks the values that every figure is computed from. */
static const char *trial_fault(const void *row)
{
	const struct trial_row *trial = row;

	if (!trial->concurrency)
		return "column concurrency: expected 1 or more, found \"0\"";
	if (!trial->workload.requests)
		return "column requests: expected 1 or more, found \"0\"";
	if (trial_verdict_counts(trial->verdict) &&
		trial->elapsed_ns == FR_UNKNOWN)
		return "column elapsed_ns: expected a value in a trial with "
		       "this verdict";
	return NULL;
}

static void trial_name(char name[ROWS_TEXT_MAX], const void *row)
{
	const struct trial_row *trial = row;

	(void)snprintf(name, ROWS_TEXT_MAX, "trial %s of run %s", trial->trial,
		trial->run);
}

const struct row_schema trial_schema = {
	.file = "trials.csv",
	.row_size = sizeof(struct trial_row),
	.columns = trial_columns,
	.count = COLUMN_COUNT_OF(trial_columns),
	.fault = trial_fault,
	.name = trial_name,
};

const struct row_schema request_schema = {
	.file = "requests.csv",
	.row_size = sizeof(struct request_row),
	.columns = request_columns,
	.count = COLUMN_COUNT_OF(request_columns),
};

const struct row_schema connection_schema = {
	.file = "connections.csv",
	.row_size = sizeof(struct connection_row),
	.columns = connection_columns,
	.count = COLUMN_COUNT_OF(connection_columns),
};

const struct row_schema trial_host_schema = {
	.file = "hosts.csv",
	.row_size = sizeof(struct trial_host_row),
	.columns = host_columns,
	.count = COLUMN_COUNT_OF(host_columns),
};

const char *trial_verdict_name(enum trial_verdict verdict)
{
	return (unsigned)verdict < VERDICT_COUNT ? verdict_words[verdict] : "";
}

bool trial_verdict_counts(enum trial_verdict verdict)
{
	return verdict == VERDICT_VALID || verdict == VERDICT_UNWITNESSED;
}

static void make_unknown(const struct column *column, void *row)
{
	const uint64_t unknown = FR_UNKNOWN;
	const double nan = NAN;
	unsigned char *member = (unsigned char *)row + column->offset;

	switch (column->type) {
	case COLUMN_COUNT:
	case COLUMN_HASH:
		memcpy(member, &unknown, sizeof(unknown));
		break;
	case COLUMN_REAL:
		memcpy(member, &nan, sizeof(nan));
		break;
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_INTEGER:
		break;
	}
}

void row_init(const struct row_schema *schema, void *row)
{
	memset(row, 0, schema->row_size);
	for (size_t i = 0; i < schema->count; i++)
		make_unknown(&schema->columns[i], row);
}

void trial_row_init(struct trial_row *row)
{
	row_init(&trial_schema, row);
	row->schema_version = ROWS_SCHEMA_VERSION;
}

void request_row_init(struct request_row *row)
{
	row_init(&request_schema, row);
}

void connection_row_init(struct connection_row *row)
{
	row_init(&connection_schema, row);
}

void trial_host_row_init(struct trial_host_row *row)
{
	row_init(&trial_host_schema, row);
}
