/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The driver of an agent with the real binary, with programs that are not an
 * agent, and with agents that die; orders and rows as JSON.
 */
#include "test_harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/work.h"
#include "harness/check/agent_driver.h"
#include "harness/record/host.h"
#include "harness/record/row_json.h"
#include "harness/roster/registry.h"

#define HELLO \
	"echo '{\"flagrace_agent\":1,\"version\":\"9\",\"schema_version\":1}'\n"

static const struct exec_list none;

static struct cell a_cell(void)
{
	return (struct cell){
		.strategy = registry_find("multi-poll", NULL),
		.concurrency = 4,
		.workload.requests = 8,
		.workload.latency = "uniform:1ms,5ms",
		.workload.timeout_ns = 10 * NS_PER_S,
		.workload.payload_bytes = FR_UNKNOWN,
		.workload.connections = "reuse",
		.workload.fault = "503:20%",
		.workload.capacity = 3,
		.workload.pids = FR_UNKNOWN,
		.workload.memory = FR_UNKNOWN,
		.workload.hosts = FR_UNKNOWN,
		.workload.work = "cpu:exponential:1ms+save",
		.rounds_per_ms = work_measure_rounds_per_ms(),
	};
}

static int start_agent(
	struct agent *agent, const char *binary, struct fr_error *err)
{
	return agent_open(
		agent, &(struct agent_command){.binary = binary}, -1, err);
}

/* Writes an executable shell script into the working directory. */
static const char *script(const char *body)
{
	static const char path[] = "./agent-script";
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fprintf(file, "#!/bin/sh\n%s", body) > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0755), 0);
	return path;
}

static void an_order_comes_back_as_it_was_given(void **state)
{
	struct cell cell = a_cell(), read;
	const struct agent_order order = {
		.cell = &cell,
		.seed = 7,
		.run = "r",
		.suite = "s",
		.trial = "b1.A1",
		.block = -2,
	};
	struct agent_order back;
	struct fr_error err;
	json_t *json = agent_order_write(&order);

	(void)state;
	assert_non_null(json);
	if (agent_order_read(&back, &read, json, &none, &err) < 0)
		fail_msg("%s", err.text);
	assert_ptr_equal(read.strategy, cell.strategy);
	for (const struct dimension *d = dimensions; d->name; d++)
		assert_true(dimension_same(d, &cell, &read));
	assert_int_equal(read.rounds_per_ms, cell.rounds_per_ms);
	assert_int_equal(back.seed, 7);
	assert_int_equal(back.block, -2);
	assert_string_equal(back.run, "r");
	assert_string_equal(back.suite, "s");
	assert_string_equal(back.trial, "b1.A1");
	json_decref(json);
}

static void an_order_that_is_wrong_is_refused_in_words(void **state)
{
#define REST "\"requests\":1,\"latency\":\"0ms\",\"timeout\":\"1s\""
	static const struct {
		const char *json, *says;
	} wrong[] = {
		{"[]", "an order must be an object"},
		{"{}", "no trial"},
		{"{\"trial\":\"\"}", "no trial"},
		{"{\"trial\":1}", "trial must be a text"},
		{"{\"trial\":\"1\",\"strategy\":\"null\"," REST "}",
			"no concurrency"},
		{"{\"trial\":\"1\",\"strategy\":\"nul\",\"concurrency\":1," REST
		 "}",
			"unknown strategy 'nul'"},
		{"{\"concurrency\":0}", "concurrency '0'"},
		{"{\"concurrency\":-1}", "concurrency '-1'"},
		{"{\"concurrency\":1e9}", "concurrency must be"},
		{"{\"requests\":[1]}", "requests must be"},
		{"{\"seed\":\"x\"}", "seed must be a whole number"},
		{"{\"trial\":\"1\",\"strategy\":\"null\",\"concurrency\":1," REST
		 ",\"seed\":-1}",
			"seed must not be negative"},
		{"{\"trial\":\"1\",\"strategy\":\"null\",\"concurrency\":1," REST
		 ",\"work_rounds_per_ms\":-1}",
			"work_rounds_per_ms must be 0 to"},
		{"{\"work\":\"2ms\"}", "work '2ms', column 1: each part must"},
		{"{\"colour\":1}", "unknown member 'colour'"},
		{"{\"trial\":\"0123456789012345678901234567890123456789\"}",
			"at most 31 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *json = json_loads(wrong[i].json, 0, NULL);
		struct agent_order order;
		struct cell cell;
		struct fr_error err;

		assert_non_null(json);
		assert_int_equal(
			agent_order_read(&order, &cell, json, &none, &err), -1);
		assert_error(&err, EXIT_USAGE, wrong[i].says);
		json_decref(json);
	}
}

static void a_row_comes_back_as_it_was(void **state)
{
	struct trial_row row, back;
	struct fr_error err;
	json_t *json;

	(void)state;
	trial_row_init(&row);
	row.verdict = VERDICT_TIMEOUT;
	row.elapsed_ns = 12345678901234;
	row.efficiency = 0.5;
	row.block = -1;
	row.concurrency = 1;
	row.workload.requests = 1;
	(void)snprintf(row.strategy, sizeof(row.strategy), "null");
	json = row_json(&trial_schema, &row);
	if (row_json_read(&trial_schema, &back, json, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(back.verdict, VERDICT_TIMEOUT);
	assert_int_equal(back.elapsed_ns, 12345678901234);
	assert_true(back.efficiency == 0.5);
	assert_int_equal(back.block, -1);
	assert_string_equal(back.strategy, "null");
	assert_true(back.setup_ns == FR_UNKNOWN);
	assert_int_equal(json_object_del(json, "verdict"), 0);
	assert_int_equal(row_json_read(&trial_schema, &back, json, &err), -1);
	assert_error(&err, EXIT_INVALID, "verdict must be a value");
	json_object_set_new(json, "verdict", json_string("splendid"));
	assert_int_equal(row_json_read(&trial_schema, &back, json, &err), -1);
	assert_error(&err, EXIT_INVALID, "verdict must be a word");
	json_object_set_new(json, "verdict", json_string("valid"));
	json_object_set_new(json, "elapsed_ns", json_integer(-1));
	assert_int_equal(row_json_read(&trial_schema, &back, json, &err), -1);
	assert_error(&err, EXIT_INVALID, "elapsed_ns must be a whole number");
	json_decref(json);
}

static void another_binary_runs_a_trial_and_gives_its_row(void **state)
{
	const struct fr_strategy nobody = {.name = "nobody"};
	struct cell cell = a_cell(), strange = cell;
	struct agent_order order = {.cell = &strange, .trial = "x", .block = 3};
	struct agent *agent = malloc(sizeof(*agent));
	char host[HOST_BOOT_ID_MAX];
	struct trial_row row;
	struct fr_error err;

	(void)state;
	strange.strategy = &nobody;
	host_boot_id(host);
	if (start_agent(agent, FLAGRACE_BINARY, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(agent->version, FLAGRACE_VERSION);
	assert_string_equal(agent->host, host);
	assert_int_equal(agent_run(agent, &order, &row, &err), -1);
	assert_error(&err, EXIT_USAGE, "unknown strategy 'nobody'");
	order.cell = &cell;
	if (agent_run(agent, &order, &row, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(row.trial, "x");
	assert_int_equal(row.block, 3);
	assert_int_equal(row.workload.requests, 8);
	assert_int_equal(row.ok + row.http_error, 8);
	assert_string_equal(row.reason, "");
	assert_int_equal(row.verdict, VERDICT_VALID);
	agent_close(agent);
	free(agent);
}

static void an_agent_need_not_tell_its_host(void **state)
{
	struct agent *agent = malloc(sizeof(*agent));
	struct fr_error err;

	(void)state;
	if (start_agent(agent, script(HELLO "cat\n"), &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(agent->version, "9");
	assert_string_equal(agent->host, "");
	agent_close(agent);
	free(agent);
}

static void what_is_no_agent_is_said_to_be_none(void **state)
{
	static const struct {
		const char *body, *says;
	} wrong[] = {
		{"exit 2\n", "exited with status 2"},
		{"kill -9 $$\n", "ended by signal 9"},
		{"echo hello\ncat\n",
			"is not a flagrace agent: it sent 'hello'"},
		{"echo '{\"a\":1}'\ncat\n", "sent no greeting"},
		{"echo '{\"flagrace_agent\":2,\"version\":\"9\","
		 "\"schema_version\":1}'\ncat\n",
			"speaks version 2"},
		{"echo '{\"flagrace_agent\":1,\"version\":\"9\","
		 "\"schema_version\":1,\"host\":7}'\ncat\n",
			"sent no greeting"},
		{"exec yes y\n", "is not a flagrace agent"},
		{"yes | tr -d '\\n'\n", "a line longer than any answer"},
	};
	struct agent *agent = malloc(sizeof(*agent));
	struct fr_error err;

	(void)state;
	assert_int_equal(start_agent(agent, "./no-such-binary", &err), -1);
	assert_error(&err, EXIT_USAGE, "cannot start ./no-such-binary");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(
			start_agent(agent, script(wrong[i].body), &err), -1);
		assert_error(&err, EXIT_INVALID, wrong[i].says);
	}
	free(agent);
}

/*
 * Opens the script as an agent, orders a trial of it, and returns the error.
 * A long timeout makes the driver wait long.
 */
static struct fr_error fault_of(
	const char *body, uint64_t timeout_ns, int stop_fd)
{
	struct cell cell = a_cell();
	const struct agent_order order = {.cell = &cell, .trial = "x"};
	struct agent *agent = malloc(sizeof(*agent));
	struct trial_row row;
	struct fr_error err;

	if (start_agent(agent, script(body), &err) < 0)
		fail_msg("%s", err.text);
	agent->stop_fd = stop_fd;
	agent->patience_ns = 0;
	cell.workload.timeout_ns = timeout_ns;
	assert_int_equal(agent_run(agent, &order, &row, &err), -1);
	agent_close(agent);
	free(agent);
	return err;
}

static void an_agent_that_dies_or_babbles_is_an_error(void **state)
{
	static const struct {
		const char *body, *says;
	} wrong[] = {
		{HELLO "read order\nkill -9 $$\n", "ended by signal 9"},
		{HELLO "read order\nexit 0\n", "exited with status 0"},
		{HELLO "read order\necho nonsense\nread order\n",
			"it sent 'nonsense'"},
		{HELLO "read order\necho '{}'\nread order\n",
			"neither a row nor an error"},
		{HELLO "read order\necho '{\"row\":{}}'\nread order\n",
			"row: schema_version must be a value"},
		{HELLO "read order\necho '{\"error\":"
		       "{\"status\":4,\"text\":\"broken\"}}'\nread order\n",
			"broken"},
	};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		err = fault_of(wrong[i].body, 3600 * NS_PER_S, -1);
		assert_error(&err, EXIT_INVALID, wrong[i].says);
	}
}

static void an_agent_that_does_not_answer_is_given_up(void **state)
{
	struct fr_error err =
		fault_of(HELLO "read order\nread order\n", NS_PER_MS, -1);

	(void)state;
	assert_error(&err, EXIT_INVALID, "did not answer in time");
}

static void an_interrupt_ends_the_waiting(void **state)
{
	struct fr_error err;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	err = fault_of(
		HELLO "read order\nread order\n", 3600 * NS_PER_S, ends[0]);
	assert_error(&err, EXIT_INTERRUPTED, "interrupted");
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_comes_back_as_it_was_given),
		cmocka_unit_test(an_order_that_is_wrong_is_refused_in_words),
		cmocka_unit_test(a_row_comes_back_as_it_was),
		cmocka_unit_test(another_binary_runs_a_trial_and_gives_its_row),
		cmocka_unit_test(an_agent_need_not_tell_its_host),
		cmocka_unit_test(what_is_no_agent_is_said_to_be_none),
		cmocka_unit_test(an_agent_that_dies_or_babbles_is_an_error),
		cmocka_unit_test(an_agent_that_does_not_answer_is_given_up),
		cmocka_unit_test(an_interrupt_ends_the_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
