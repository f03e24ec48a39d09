/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be downloaded, at /data/flags/ and the same at /flags/: the flags
 * of the catalogue, or a folder's files instead. Counted references, so that
 * answers on their way out outlive a change; guarded by the service's lock.
 */
#ifndef MOCK_SERVER_CONTENT_H
#define MOCK_SERVER_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/http_request.h"
#include "mock_server/response.h"

struct content;

/*
 * The catalogue with GIFs of `payload` bytes (0: as drawn), or what lies in
 * the folder root_fd (lent; -1: none), with one reference. Returns 0, -ENOMEM,
 * -EIO (giflib), or -EINVAL: a folder's files have the size they have.
 */
int content_create(struct content **out, int root_fd, uint64_t payload);

/* What -EINVAL means, in words. */
extern const char content_no_payload[];

/* Makes *content's like with another payload, with a reference of its own. */
int content_resize(struct content **content, uint64_t payload);

/*
 * Makes the bytes of the flags those of the nonce (catalogue.h). When others
 * have references to *content, which is of that payload, they keep it, and
 * *content becomes its like. Returns 0; or -ENOMEM or -EIO (giflib), with
 * *content as it was.
 */
int content_stamp(
	struct content **content, uint64_t payload, const char *nonce);

struct content *content_share(struct content *content);
/* NULL is accepted. */
void content_drop(struct content *content);

/*
 * What the GET or HEAD request finds: 200, 304 when the client has it, or a part
 * of it (range.h). In
 * the path, %XX stands for a byte of a name: neither for a '/' between names
 * nor for their end. The response is lent unless response.owned.
 * Returns 0, -ENOENT, -ENOMEM or -EIO.
 */
int content_find(struct content *content, const struct http_request *request,
	struct response *response);

#endif
