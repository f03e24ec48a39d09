/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The internals of a libcurl client: client.c begins and ends its transfers,
 * client_options.c configures libcurl and receives.
 */
#ifndef HARNESS_CLIENT_CLIENT_H
#define HARNESS_CLIENT_CLIENT_H

#include <curl/curl.h>
#include <flagrace/strategy.h>

#include "harness/base/answer.h"
#include "harness/client/kept_url.h"
#include "harness/client/sampler.h"

struct fr_client {
	struct sampler sampler;
	unsigned worker;
	CURL *easy;
	CURLSH *connection; /* holds this client's only; FR_MULTIPLEX: unused */
	struct kept_url url;
	/*
	 * The name of the item: the query of a URL of the witness, or else the
	 * line of `headers`.
	 */
	char name[160];
	char *name_item; /* where the number of the item begins in it */
	struct curl_slist headers;
	CURLcode failure; /* of an option, or of an answer read here */
	int socket_error; /* errno of socket(2) */
	bool sent;        /* the current item was sent at least once */
	struct answer answer;
};

static inline bool client_is_multiplexed(const struct fr_client *client)
{
	return client->sampler.job->strategy->flags & FR_MULTIPLEX;
}

/* Sets all options of a new or reset handle; keeps a failure. */
void client_set_options(struct fr_client *client);

#endif
