/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "harness/hosts/order.h"
#include "harness/race/cell_trial.h"

/* A trial, as a host sees it. What MPI reads and writes is in memory of its own. */
struct host_trial {
	struct ranks *ranks;
	struct host_order order;
	int host; /* which of the hosts this one is; the last ones only watch */
	bool started;    /* before_go was called */
	int rc;          /* of the first call of MPI that failed */
	uint64_t *go_ns; /* on this host's clock */
};

MPI_Datatype host_sample_type(void)
{
	MPI_Datatype type;

	MPI_Type_contiguous(sizeof(struct fr_sample), MPI_BYTE, &type);
	MPI_Type_commit(&type);
	return type;
}

static uint64_t idle_until(void)
{
	return clock_ns() + HOST_IDLE_NS;
}

static int await(struct host_trial *trial, MPI_Request *request)
{
	if (!trial->rc)
		trial->rc =
			ranks_await(trial->ranks, request, idle_until(), false);
	return trial->rc;
}

/* Tells that this host is READY, and learns when to start. */
static int get_ready(struct host_trial *trial)
{
	MPI_Request request;

	trial->started = true;
	MPI_Ibarrier(trial->ranks->comm, &request);
	if (await(trial, &request))
		return trial->rc;
	MPI_Iscatter(NULL, 0, MPI_UINT64_T, trial->go_ns, 1, MPI_UINT64_T, 0,
		trial->ranks->comm, &request);
	return await(trial, &request);
}

static bool before_go(void *ctx)
{
	struct host_trial *trial = ctx;
	struct timespec go;

	if (get_ready(trial))
		return false;
	go.tv_sec = (time_t)(*trial->go_ns / NS_PER_S);
	go.tv_nsec = (long)(*trial->go_ns % NS_PER_S);
	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &go, NULL);
	return true;
}

/* Sends the report and the samples. */
static int hand_in(struct host_trial *trial, struct host_report *report,
	const struct trial_result *result, bool takes_part)
{
	MPI_Datatype type = host_sample_type();
	const struct share share = {trial->order.cell.workload.requests,
		trial->order.cell.concurrency, trial->order.hosts};
	size_t count = takes_part && result->samples
		? share_items(&share, (unsigned)trial->host)
		: 0;
	MPI_Request request;

	MPI_Igather(report, sizeof(*report), MPI_BYTE, NULL, 0, MPI_BYTE, 0,
		trial->ranks->comm, &request);
	if (await(trial, &request))
		return trial->rc;
	if (takes_part)
		trial->rc = ranks_be_measured(trial->ranks, idle_until());
	if (trial->rc)
		return trial->rc;
	MPI_Igatherv(result->samples, (int)count, type, NULL, NULL, NULL, type,
		0, trial->ranks->comm, &request);
	if (!await(trial, &request))
		MPI_Type_free(&type);
	return trial->rc;
}

/* Runs this host's share and hands it in. */
static int take_part(struct host_trial *trial, uint64_t seed)
{
	const struct cell_share asked = {
		.cell = &trial->order.cell,
		.host = (unsigned)trial->host,
		.hosts = trial->order.hosts,
		.urls = trial->order.urls,
		.trial = trial->order.order.trial,
		.unwitnessed = trial->order.unwitnessed,
		.seed = seed,
		.stop_fd = trial->ranks->stop_fd,
		.before_go = before_go,
		.ctx = trial,
	};
	struct host_report *report = calloc(1, sizeof(*report));
	struct trial_result result = {0};
	struct utsname machine;
	struct fr_error err = {.text = ""};

	if (!report)
		return -ENOMEM;
	trial->rc = ranks_be_measured(trial->ranks, idle_until());
	if (!trial->rc && cell_share_run(&result, &asked, &err) < 0)
		result = (struct trial_result){0};
	(void)uname(&machine);
	/* The other hosts wait for this one. */
	if (!trial->rc && !trial->started)
		(void)get_ready(trial);
	if (!trial->rc) {
		host_report_make(report, &result, machine.nodename);
		(void)snprintf(report->refused, sizeof(report->refused),
			"%.159s", err.text);
		(void)hand_in(trial, report, &result, true);
	}
	/* Messages that failed may still be under way: see ranks.h. */
	if (trial->rc)
		return trial->rc;
	trial_release(&result);
	free(report);
	return 0;
}

/* A host that has no share is there for what all ranks do together. */
static int watch(struct host_trial *trial)
{
	struct host_report *report = calloc(1, sizeof(*report));
	const struct trial_result nothing = {0};

	if (!report)
		return -ENOMEM;
	if (!get_ready(trial))
		(void)hand_in(trial, report, &nothing, false);
	if (!trial->rc)
		free(report);
	return trial->rc;
}

/* Has part in the trial of the order. Returns as ranks_await, or -EPROTO. */
static int run_order(struct ranks *ranks, const char *text)
{
	struct host_trial trial = {.ranks = ranks, .host = ranks->rank - 1};
	json_t *json = json_loads(text, 0, NULL);
	struct fr_error err;
	int rc;

	if (host_order_read(&trial.order, json, &err) < 0) {
		fprintf(stderr, "flagrace: host %d: %s\n", ranks->rank,
			err.text);
		json_decref(json);
		return -EPROTO;
	}
	trial.go_ns = calloc(1, sizeof(*trial.go_ns));
	rc = !trial.go_ns ? -ENOMEM
		: (unsigned)trial.host < trial.order.hosts
		? take_part(&trial, trial.order.order.seed)
		: watch(&trial);
	if (!rc)
		free(trial.go_ns);
	free(trial.order.urls);
	json_decref(json);
	return rc;
}

/* Receives an order and carries it out; *left: the harness leaves instead. */
static int serve(struct ranks *ranks, bool *left)
{
	struct host_notice *notice = calloc(1, sizeof(*notice));
	MPI_Request request;
	char *text;
	int rc;

	if (!notice)
		return -ENOMEM;
	MPI_Ibcast(notice, sizeof(*notice), MPI_BYTE, 0, ranks->comm, &request);
	rc = ranks_await(ranks, &request, idle_until(), false);
	*left = !rc && notice->kind == NOTICE_LEAVE;
	if (rc || *left)
		return rc;
	text = malloc(notice->length);
	if (!text)
		return -ENOMEM;
	MPI_Ibcast(
		text, (int)notice->length, MPI_BYTE, 0, ranks->comm, &request);
	rc = ranks_await(ranks, &request, idle_until(), false);
	if (!rc) {
		rc = run_order(ranks, text);
		free(text);
		free(notice);
	}
	return rc;
}

int host_live(struct ranks *ranks)
{
	bool left = false;
	int rc = 0;

	/* After a regrouping the harness goes on with the next trial. */
	while (!left && (!rc || rc == -ECANCELED))
		rc = serve(ranks, &left);
	if (rc == -EINTR)
		return EXIT_INTERRUPTED;
	if (rc)
		fprintf(stderr, "flagrace: host %d ends: %s\n", ranks->rank,
			strerror(-rc));
	return rc ? EXIT_INVALID : EXIT_OK;
}
