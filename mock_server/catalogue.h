/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For each code cc of ISO 3166-1 a flag, cc/cc.gif, and its cc/metadata.json,
 * in letters of any case. The twenty of flags.h are made at once, the others
 * when they are first asked for, and all are kept: 249 times the payload at
 * most. Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_CATALOGUE_H
#define MOCK_SERVER_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/http_request.h"
#include "mock_server/response.h"

struct catalogue;

/*
 * With GIFs of `payload` bytes, SETTINGS_PAYLOAD_MIN at least; 0: as drawn.
 * Returns 0, -ENOMEM or -EIO (giflib).
 */
int catalogue_create(struct catalogue **out, uint64_t payload);
/*
 * Makes some bytes of each GIF, those that are made later too, depend on the
 * nonce ("": as drawn): entries of the palette that no pixel uses. Nothing may
 * be lent.
 */
void catalogue_stamp(struct catalogue *catalogue, const char *nonce);

void catalogue_free(struct catalogue *catalogue);

/*
 * What lies at the path, lent for as long as the catalogue lives. Returns 0,
 * -ENOENT, -ENOMEM or -EIO.
 */
int catalogue_find(struct catalogue *catalogue, struct http_span path,
	struct response *response);

#endif
