/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plug-in for test_harness_registry.c, built several times: PLUGIN_NAME
 * gives its name, PLUGIN_ABI what it was built for, PLUGIN_NO_SYMBOL leaves
 * the symbol out.
 */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, 0, i);
	return 0;
}

#ifdef PLUGIN_NO_SYMBOL
extern const struct fr_strategy another_symbol;
const struct fr_strategy another_symbol = {
#else
FR_STRATEGY(plugin) = {
#endif
	.abi = PLUGIN_ABI,
	.name = PLUGIN_NAME,
	.summary = "a plug-in of a test",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_NO_NETWORK,
	.download_many = download_many,
};
