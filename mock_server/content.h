/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies below /data/flags/ and, the same, below /flags/: the flags of the
 * catalogue, or the files of a folder. References are counted, so that answers
 * that are being sent outlive a change. Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_CONTENT_H
#define MOCK_SERVER_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/http_request.h"
#include "mock_server/response.h"

struct content;

/*
 * Makes *out, with one reference: the files of the folder root_fd, which is
 * lent and then payload must be 0; or (-1) the catalogue with GIFs of `payload`
 * bytes (0: as drawn). Returns 0, -ENOMEM, -EIO (giflib) or -EINVAL.
 */
int content_create(struct content **out, int root_fd, uint64_t payload);

/* The meaning of that -EINVAL, as an error message. */
extern const char content_no_payload[];

/*
 * Sets the payload, and puts the nonce into the flags (catalogue.h). If the
 * payload differs or the flags have other references, *content is replaced by a
 * new one, to which the caller's reference is moved. Returns as content_create;
 * on failure *content is as it was.
 */
int content_change(
	struct content **content, uint64_t payload, const char *nonce);

struct content *content_share(struct content *content);
/* NULL is accepted. */
void content_drop(struct content *content);

/*
 * Answers a GET or HEAD request: 200, 304 if the client has the body, or a part
 * of it. %XX in the path stands for a byte of a name; it cannot stand
 * for a '/' between names or a NUL. The response is lent unless response.owned.
 * Returns 0, -ENOENT, -ENOMEM or -EIO.
 */
int content_find(struct content *content, const struct http_request *request,
	struct response *response);

#endif
