/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For each code cc of ISO 3166-1 a flag, cc/cc.gif, and cc/metadata.json, in
 * letters of either case. The twenty flags of flags.h are made at once, others
 * when they are first asked for. All are kept in memory: up to 249 times the
 * payload. Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_CATALOGUE_H
#define MOCK_SERVER_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/http_request.h"
#include "mock_server/response.h"

struct catalogue;

/*
 * GIFs have `payload` bytes, at least SETTINGS_PAYLOAD_MIN; 0: as drawn.
 * Returns 0, -ENOMEM or -EIO (giflib).
 */
int catalogue_create(struct catalogue **out, uint64_t payload);
/*
 * Makes some bytes of each GIF depend on the nonce ("": as drawn), also of GIFs
 * that are made later: the entries of the palette that no pixel uses. No
 * response may be lent.
 */
void catalogue_stamp(struct catalogue *catalogue, const char *nonce);

void catalogue_free(struct catalogue *catalogue);

/*
 * Finds what lies at the path; the response is lent while the catalogue lives.
 * Returns 0, -ENOENT, -ENOMEM or -EIO.
 */
int catalogue_find(struct catalogue *catalogue, struct http_span path,
	struct response *response);

#endif
