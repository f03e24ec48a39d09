/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be downloaded: for each flag cc its GIF and its metadata, at
 * /data/flags/cc/cc.gif and /data/flags/cc/metadata.json, with or without
 * /data, in letters of any case. Made once; afterwards read only.
 */
#ifndef MOCK_SERVER_CATALOGUE_H
#define MOCK_SERVER_CATALOGUE_H

#include <stddef.h>

#include "mock_server/response.h"

struct catalogue;

/* Draws all flags. Returns 0, -ENOMEM or -EIO (giflib). */
int catalogue_create(struct catalogue **out);
void catalogue_free(struct catalogue *catalogue);

/* What lies at the path (no query), the catalogue's own; NULL: nothing. */
const struct response *catalogue_find(
	const struct catalogue *catalogue, const char *path, size_t length);

#endif
