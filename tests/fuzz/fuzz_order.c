/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the orders of an agent. An order that is understood, written and read
 * again, asks for the same trial.
 */
#include "harness/check/agent_order.h"
#include "tests/fuzz/fuzz.h"

static void require_same_again(
	const struct agent_order *order, const struct exec_list *programs)
{
	json_t *json = agent_order_write(order);
	struct agent_order again = {0};
	struct fr_error err = {0};
	struct cell cell = {0};

	require(json != NULL);
	require(agent_order_read(&again, &cell, json, programs, &err) == 0);
	require(again.seed == order->seed && again.block == order->block);
	require(strcmp(again.trial, order->trial) == 0);
	require(cell.strategy == order->cell->strategy);
	require(cell.concurrency == order->cell->concurrency);
	require(workload_same_but(
		&cell.workload, &order->cell->workload, NULL));
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct exec_list programs = {0};
	struct agent_order order = {0};
	struct fr_error err = {0};
	struct cell cell = {0};
	json_error_t where;
	char *text = fuzz_text(data, size);
	json_t *json = json_loadb(text, size, 0, &where);

	if (json) {
		if (agent_order_read(&order, &cell, json, &programs, &err) < 0)
			require(err.text[0] != '\0');
		else
			require_same_again(&order, &programs);
	}
	json_decref(json);
	free(text);
	return 0;
}
