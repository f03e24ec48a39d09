/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of a workload: this table is the one place that names them all.
 * Options and their help, suite keys, CSV columns, agent orders, server forms,
 * labels and grouping are made from it. A new setting is an entry here, a
 * member of struct workload (workload.h), and the code that acts on it.
 *
 * An entry is
 *
 *     (member, option, letter, argument, list, help, unit, meaning, ...)
 *
 * member    of struct workload, and the name of its CSV column
 * option    the long option's name, and the suite's key
 * letter    the option's short name; 0: none
 * argument  its name in the help
 * list      how the option's values are told apart: LIST, SPECS or TEXTS,
 *           as OPT_LIST etc. in harness/options/options.h
 * help      what the help says of the option; only the table of options makes
 *           use of this text, so TEXT_OF(..) is known there alone
 * unit      of the CSV column
 * meaning   of the CSV column
 * ...       further members of struct setting (workload.h)
 *
 * The parts A to E are in the order of trials.csv, where other columns stand
 * between them. A new setting is an E: new columns only ever come last.
 * WORKLOAD_ALL(X) has X of every entry, WORKLOAD_A(X) of those of part A, etc.
 */
#ifndef HARNESS_PLAN_WORKLOAD_TABLE_H
#define HARNESS_PLAN_WORKLOAD_TABLE_H

/* clang-format off */
#define WORKLOAD_ALL(X) WORKLOAD_TABLE(X, X, X, X, X)
#define WORKLOAD_NO(...)
#define WORKLOAD_A(X) WORKLOAD_TABLE( \
	X, WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO)
#define WORKLOAD_B(X) WORKLOAD_TABLE( \
	WORKLOAD_NO, X, WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO)
#define WORKLOAD_C(X) WORKLOAD_TABLE( \
	WORKLOAD_NO, WORKLOAD_NO, X, WORKLOAD_NO, WORKLOAD_NO)
#define WORKLOAD_D(X) WORKLOAD_TABLE( \
	WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO, X, WORKLOAD_NO)
#define WORKLOAD_E(X) WORKLOAD_TABLE( \
	WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO, WORKLOAD_NO, X)

#define WORKLOAD_TABLE(A, B, C, D, E) \
A(requests, requests, 'n', "N,..", LIST, \
	"Items to download in each trial: the twenty flags, over and over " \
	"(default 20).", \
	"requests", "Items in the job.", \
	.form = FORM_NUMBER, .min = 1, .max = WORKLOAD_REQUESTS_MAX, \
	.required = true, .same_work = true, .behind = " requests") \
A(latency, latency, 'l', "SPEC,..", SPECS, \
	"How long the server delays each answer, such as 50ms or " \
	"uniform:20ms,200ms (default 50ms).", \
	"", "The delay the server was asked for, as given.", \
	.form = FORM_TEXT, .required = true, .server = true, \
	.same_work = true, .before = "latency ") \
B(payload_bytes, payload, 0, "BYTES,..", LIST, \
	"Size of each body: 100 bytes or more, such as 30kB (default 0: " \
	"each flag's own size).", \
	"bytes", "Size every body was asked to have; empty: each flag's own.", \
	.form = FORM_BYTES, .max = 10000000, .none = "0", .server = true, \
	.same_work = true, .behind = " bytes each") \
C(connections, connections, 0, "HOW,..", LIST, \
	"reuse: a worker keeps its connection from item to item. fresh: a " \
	"new connection is opened for each item (default reuse).", \
	"", "`reuse`: kept open between items; `fresh`: one for each item.", \
	.form = FORM_WORD, .words = workload_connections, .usual = "reuse", \
	.before = "connections ") \
D(timeout_ns, timeout, 't', "TIME,..", LIST, \
	"Time limit of a request. The limit of a trial is this for each " \
	"round of concurrent requests, plus " TEXT_OF(TRIAL_REST_S) "s " \
	"(default 10s).", \
	"ns", "When a request is given up.", \
	.form = FORM_MILLISECONDS, .min = 1000000, .max = 3600000000000, \
	.required = true, .same_work = true, .quiet = true, \
	.before = "timeout ") \
D(fault, fault, 0, "FAULTS", TEXTS, \
	"Faults of the server, and how often, as for 'flagrace serve " \
	"--fault': 503:5%,stall:1%. Repeat the option for another value " \
	"(default none).", \
	"", "What the server was asked to do wrong, and how often; empty: " \
	"nothing.", \
	.form = FORM_TEXT, .none = "none", .server = true, \
	.same_work = true, .before = "faults ") \
D(capacity, capacity, 0, "N,..", LIST, \
	"Requests that the server serves at once; further requests queue " \
	"(default 0: no limit).", \
	"requests", "Requests the server served at once; empty: all.", \
	.form = FORM_NUMBER, .max = UINT32_MAX, .none = "0", .server = true, \
	.same_work = true, .before = "capacity ") \
D(bandwidth, bandwidth, 0, "SPEED,..", LIST, \
	"Speed at which the server sends each body, such as 64kB/s " \
	"(default none: no limit).", \
	"", "The speed at which the server sent each body, as given; empty: " \
	"at once.", \
	.form = FORM_TEXT, .none = "none", .server = true, \
	.same_work = true, .before = "bandwidth ") \
D(arrivals, arrivals, 0, "HOW,..", LIST, \
	"When items start. closed: as soon as a worker is free. " \
	"constant:500/s or poisson:500/s: at that rate, whether or not a " \
	"worker is free; latency then counts from the scheduled start " \
	"(default closed).", \
	"", "When items were due, as given; empty: whenever a worker was " \
	"free (closed loop).", \
	.form = FORM_TEXT, .check = arrival_check, .none = "closed", \
	.not_for_programs = "a program is told what to ask for, not when", \
	.same_work = true, .before = "arrivals ") \
E(range, range, 0, "FIRST-LAST,..", LIST, \
	"Bytes of each body to request, counted from 0, such as 0-999 " \
	"(default none: the whole body).", \
	"", "The bytes of each body that were asked for; empty: all.", \
	.form = FORM_TEXT, .check = range_check, .none = "none", \
	.not_for_programs = "a program asks for whole bodies", \
	.same_work = true, .before = "bytes ") \
E(work, work, 0, "SPEC,..", SPECS, \
	"What is done with each answer: cpu:2ms of CPU work, or a " \
	"distribution as in cpu:lognormal:p50=1ms,p99=10ms; save: its body " \
	"is saved to a file; save:fsync: and synced; several joined by + " \
	"(default none).", \
	"", "What was done with each answer, as given; empty: nothing.", \
	.form = FORM_TEXT, .check = work_check, .none = "none", \
	.none_is_zero = true, .same_work = true, .before = "work ") \
E(retry, retry, 0, "POLICY", TEXTS, \
	"Try failed items again: how often, how long to wait, and after " \
	"what, as in 3,backoff=100ms..10s,on=429+5xx+reset+timeout. Repeat " \
	"the option for another value (default none).", \
	"", "How failed items were tried again, as given; empty: not at all.", \
	.form = FORM_TEXT, .check = retry_check, .none = "none", \
	.not_for_programs = "a program does not know the policy", \
	.same_work = true, .before = "retry ") \
E(limit, limit, 0, "RATE[,burst=N]", TEXTS, \
	"Rate limit of the server, as for 'flagrace serve --limit': " \
	"200/s,burst=20. Requests beyond it are answered 429. Repeat the " \
	"option for another value (default none: no limit).", \
	"", "The rate limit of the server, as given; empty: none.", \
	.form = FORM_TEXT, .none = "none", .server = true, \
	.same_work = true, .before = "limit ") \
E(cpus, cpus, 0, "N,..", LIST, \
	"CPU quota of the trial's processes, such as 0.5 (default none: all " \
	"CPUs of this host that may be used).", \
	"CPUs", "CPU quota of the trial's processes; empty: none.", \
	.form = FORM_TEXT, .check = cpus_check, .none = "none", \
	.same_work = true, .behind = " CPUs") \
E(pids, pids, 0, "N,..", LIST, \
	"Most processes and threads of the trial at once (default 0: no " \
	"limit).", \
	"processes", "Most processes and threads of the trial at once; " \
	"empty: no limit.", \
	.form = FORM_NUMBER, .max = 4194304, .none = "0", \
	.same_work = true, .before = "pids ") \
E(memory, memory, 0, "BYTES,..", LIST, \
	"Memory limit of the trial's processes, such as 64MB (default 0: no " \
	"limit).", \
	"bytes", "Memory limit of the trial's processes; empty: none.", \
	.form = FORM_BYTES, .max = (UINT64_C(1) << 50), \
	.none = "0", .same_work = true, \
	.before = "memory ", .behind = " bytes") \
E(link, link, 0, "SPEC", TEXTS, \
	"Emulated network between the trial and the server, such as " \
	"rtt=40ms,rate=20Mbit/s,loss=1%, or a name: lan, wifi, 4g, dsl, " \
	"satellite. Repeat the option for another value (default none: " \
	"loopback).", \
	"", "The emulated network between client and server, as given; " \
	"empty: loopback.", \
	.form = FORM_TEXT, .check = link_check, .none = "none", \
	.none_is_zero = true, .same_work = true, .before = "link ") \
E(tls, tls, 0, "HOW,..", LIST, \
	"none: plain HTTP. full: HTTPS, and each new connection makes a full " \
	"handshake. resume: HTTPS, and a worker resumes the TLS session of " \
	"its last connection (default none).", \
	"", "`full`: over TLS, each connection with a full handshake; " \
	"`resume`: a worker resumed the session of its last connection; " \
	"empty: plain HTTP, or as the URL says.", \
	.form = FORM_WORD, .words = workload_tls, .none = "none", \
	.same_work = true, .before = "TLS ") \
E(hosts, hosts, 0, "N,..", LIST, \
	"Hosts that make the load together, each with its share of the items " \
	"and of the concurrency; for flagrace-mpi (default 0: all there are).", \
	"hosts", "Hosts that were asked for; empty: all there were, without " \
	"flagrace-mpi this one.", \
	.form = FORM_NUMBER, .max = 4096, .none = "0", \
	.not_for_programs = "a program asks for all items from one host", \
	.before = "hosts ")
/* clang-format on */

#endif
