/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two halves of fr_download_one, for strategies that put an event loop
 * between them. A client has at most one transfer that has begun and not ended.
 */
#ifndef FLAGRACE_TRANSFER_H
#define FLAGRACE_TRANSFER_H

#include <curl/curl.h>
#include <flagrace/client.h>

/*
 * Prepares item i, whose time has come (fr_due_in_ns), and stamps its start.
 * Returns the client's easy handle, ready to be performed, with CURLOPT_PRIVATE
 * set to the client; never NULL. If libcurl refuses a setting, fr_transfer_end
 * reports that.
 */
FR_API CURL *fr_transfer_begin(struct fr_client *client, size_t i);

/*
 * Stamps the end, classifies the outcome `code`, writes the sample, and does
 * the item's work (but see FR_WORK_APART). Returns the sample's status, or
 * FR_AGAIN if the item has failed and is to be begun again, by any client of
 * the job, once fr_due_in_ns says 0 (fr_retries_put). Until then the client is
 * free for another item.
 */
FR_API enum fr_status fr_transfer_end(struct fr_client *client, CURLcode code);

/*
 * Only with FR_MULTIPLEX, and before fr_transfer_end: whether to perform the
 * transfer again. It is if its connection was lost or its stream refused before
 * the answer began, and if the item has time left and was not sent too often.
 * Returns the easy handle, which counts another attempt, or NULL.
 */
FR_API CURL *fr_transfer_again(struct fr_client *client, CURLcode code);

#endif
