/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/control.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/clock.h"
#include "mock_server/content.h"
#include "mock_server/control_witness.h"
#include "mock_server/error.h"
#include "mock_server/tls.h"

#define PREFIX "/_flagrace/"
#define FORM   "application/x-www-form-urlencoded"

void control_init(struct control *control, struct service *service)
{
	*control = (struct control){.service = service,
		.first = latency_copy(&service->settings.latency)};
}

void control_release(struct control *control)
{
	latency_release(&control->first);
}

bool control_owns(struct http_span path)
{
	return path.length >= strlen(PREFIX) &&
		memcmp(path.at, PREFIX, strlen(PREFIX)) == 0;
}

static int get_config(struct control *control,
	const struct http_request *request, struct response *response)
{
	const struct service *service = control->service;
	char form[SETTINGS_FORM_MAX], field[64];
	size_t length = settings_to_form(&service->settings, form);

	(void)request;
	(void)snprintf(field, sizeof(field), CONTROL_EPOCH, service->epoch);
	return response_init(response, 200, FORM, field, form, length);
}

static int put_config(struct control *control,
	const struct http_request *request, struct response *response)
{
	struct service *service = control->service;
	struct settings settings = settings_copy(&service->settings);
	struct mock_error err = {""};
	int rc = settings_apply_form(&settings, request->body.at,
		request->body.length, control->traces ? NULL : &control->first,
		&err);

	if (!rc) {
		rc = service_configure(service, &settings);
		if (!rc)
			return get_config(control, request, response);
		(void)mock_error_set(&err, rc, "%s",
			rc == -EINVAL ? content_no_payload : strerror(-rc));
	}
	settings_release(&settings);
	return response_init_text(
		response, rc == -EINVAL ? 400 : 500, "", err.text);
}

static uint64_t cpu_ns(void)
{
	return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static int get_stats(struct control *control,
	const struct http_request *request, struct response *response)
{
	const struct service *service = control->service;
	char json[768];
	int length;

	(void)request;
	length = snprintf(json, sizeof(json),
		"{\"server\": \"flagrace\", \"epoch\": %" PRIu64
		", \"uptime_ns\": %" PRIu64 ", \"cpu_ns\": %" PRIu64
		", \"requests\": %" PRIu64 ", \"in_flight\": %" PRIu64
		", \"peak_in_flight\": %" PRIu64 ", \"limited\": %" PRIu64
		", \"connections_open\": %" PRIu64
		", \"connections_opened\": %" PRIu64
		", \"connections_refused\": %" PRIu64 ", \"tls\": %s"
		", \"tls_full\": %" PRIu64 ", \"tls_resumed\": %" PRIu64
		", \"witness_rows\": %zu, \"witness_dropped\": %" PRIu64 "}\n",
		service->epoch, clock_now_ns() - service->started_ns, cpu_ns(),
		service->requests, service->in_flight, service->peak_in_flight,
		service->limited, service->connections_open,
		service->totals.connections_opened,
		service->connections_refused, control->tls ? "true" : "false",
		service->accepted.tls_full, service->accepted.tls_resumed,
		service->witness.rows, service->witness.dropped);
	return response_init(
		response, 200, "application/json", "", json, (size_t)length);
}

static void print_metric(
	FILE *out, const char *name, const char *type, double value)
{
	(void)fprintf(out, "# TYPE flagrace_%s %s\nflagrace_%s %.17g\n", name,
		type, name, value);
}

static void print_metrics(FILE *out, const struct service *service)
{
	const struct totals *totals = &service->totals;

	print_metric(
		out, "requests_total", "counter", (double)totals->requests);
	print_metric(
		out, "body_bytes_total", "counter", (double)totals->body_bytes);
	print_metric(out, "delay_seconds_total", "counter",
		(double)totals->delay_ns / 1e9);
	print_metric(out, "queue_seconds_total", "counter",
		(double)totals->queue_ns / 1e9);
	print_metric(out, "connections_opened_total", "counter",
		(double)totals->connections_opened);
	print_metric(out, "connections_refused_total", "counter",
		(double)totals->connections_refused);
	print_metric(
		out, "tls_full_total", "counter", (double)totals->tls_full);
	print_metric(out, "tls_resumed_total", "counter",
		(double)totals->tls_resumed);
	print_metric(
		out, "cpu_seconds_total", "counter", (double)cpu_ns() / 1e9);
	(void)fputs("# TYPE flagrace_faults_total counter\n", out);
	for (unsigned kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
		(void)fprintf(out,
			"flagrace_faults_total{fault=\"%s\"} %" PRIu64 "\n",
			fault_name((enum fault_kind)kind),
			totals->faults[kind]);
	print_metric(out, "in_flight", "gauge", (double)service->in_flight);
	print_metric(out, "peak_in_flight", "gauge",
		(double)service->peak_in_flight);
	print_metric(out, "connections_open", "gauge",
		(double)service->connections_open);
	print_metric(
		out, "witness_rows", "gauge", (double)service->witness.rows);
	print_metric(out, "witness_dropped", "gauge",
		(double)service->witness.dropped);
	print_metric(out, "epoch", "gauge", (double)service->epoch);
}

static int get_metrics(struct control *control,
	const struct http_request *request, struct response *response)
{
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);
	int rc;

	(void)request;
	if (!out)
		return -ENOMEM;
	print_metrics(out, control->service);
	rc = fclose(out)
		? -ENOMEM
		: response_init(response, 200, "text/plain; version=0.0.4", "",
			  text, length);
	free(text);
	return rc;
}

static int get_authority(struct control *control,
	const struct http_request *request, struct response *response)
{
	const struct tls *tls = control->tls;

	(void)request;
	if (!tls || !tls->authority)
		return response_init_text(response, 404, "",
			"no authority was made for this server");
	return response_init(response, 200, "application/x-pem-file", "",
		tls->authority, tls->authority_length);
}

typedef int endpoint_answer(struct control *control,
	const struct http_request *request, struct response *response);

static const struct endpoint {
	const char *name;
	endpoint_answer *get, *put; /* put NULL: read only */
} endpoints[] = {
	{"config", get_config, put_config},
	{"witness", control_get_witness, NULL},
	{"connections", control_get_connections, NULL},
	{"stats", get_stats, NULL},
	{"metrics", get_metrics, NULL},
	{"ca.pem", get_authority, NULL},
};

/* Locked. */
static int perform(struct control *control, const struct http_request *request,
	struct response *response)
{
	const struct http_span name = {request->path.at + strlen(PREFIX),
		request->path.length - strlen(PREFIX)};
	const char *refused = guard_refuses(&control->guard, request);

	if (refused)
		return response_init_text(response, 403, "", refused);
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
		const struct endpoint *endpoint = &endpoints[i];

		if (!http_span_is(name, endpoint->name))
			continue;
		if (request->method == HTTP_GET || request->method == HTTP_HEAD)
			return endpoint->get(control, request, response);
		if (request->method == HTTP_PUT && endpoint->put)
			return endpoint->put(control, request, response);
		if (request->method == HTTP_UNKNOWN)
			return response_init_status(response, 501, "");
		return response_init_text(response, 405,
			endpoint->put ? "Allow: GET, HEAD, PUT\r\n"
				      : "Allow: GET, HEAD\r\n",
			"this method does not work here");
	}
	return response_init_text(response, 404, "",
		PREFIX " has config, witness, connections, stats, metrics and "
		       "ca.pem");
}

/*
 * A whole witness has 100 MB and more: clients that ask for it again and again
 * and read nothing must not use up the memory.
 */
static int answer(void *arg, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin)
{
	struct response *response = &exchange->response;
	struct control *control = arg;
	int rc;

	(void)origin;
	if (control->bytes > CONTROL_BYTES_MAX)
		return response_init_text(response, 503, "Retry-After: 1\r\n",
			"64 MB of answers have not been read yet");
	rc = perform(control, request, response);
	if (!rc && request->method != HTTP_HEAD) {
		exchange->held = &control->bytes;
		exchange->held_bytes = response->body_length;
		control->bytes += exchange->held_bytes;
	}
	return rc;
}

int control_arrive(struct control *control, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin)
{
	return service_answer(
		control->service, exchange, request, origin, answer, control);
}
