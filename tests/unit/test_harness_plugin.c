/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plug-in for test_harness_registry.c, built several times: PLUGIN_NAME
 * gives its name, PLUGIN_ABI what it was built for, PLUGIN_FLAGS its flags,
 * PLUGIN_NO_SYMBOL leaves the symbol out, PLUGIN_BEGIN is done when it is
 * loaded.
 */
#include <stdlib.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

#ifndef PLUGIN_FLAGS
#define PLUGIN_FLAGS 0
#endif

/* Leaves a process that is nobody's child, and something for the exit. */
static void spoil(void)
{
	(void)unlink("spoilt");
}

__attribute__((unused)) static void leave(void)
{
	(void)atexit(spoil);
	if (fork() == 0) {
		if (fork() == 0)
			for (;;)
				pause();
		_exit(0);
	}
}

#ifdef PLUGIN_BEGIN
__attribute__((constructor)) static void begin(void)
{
	PLUGIN_BEGIN;
}
#endif

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (PLUGIN_FLAGS & FR_NO_NETWORK)
			fr_download_nothing(job, 0, i);
		else
			fr_download_one(job->clients[0], i);
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
	.flags = PLUGIN_FLAGS,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
