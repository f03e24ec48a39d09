/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of a folder, as they are when they are asked for. Files that are
 * being sent are held in memory, each once. No path and no link reaches a file
 * outside of the folder. Needs Linux 5.6 (openat2). Guarded by the service's
 * lock.
 */
#ifndef MOCK_SERVER_FOLDER_H
#define MOCK_SERVER_FOLDER_H

#include "mock_server/http_request.h"
#include "mock_server/response.h"

enum { FOLDER_FILE_MAX = 10000000 }; /* bytes; a larger one answers 500 */

struct folder;

/* root_fd is lent. Returns 0 or -ENOMEM. */
int folder_create(struct folder **out, int root_fd);
/* NULL is accepted. */
void folder_free(struct folder *folder);

/*
 * Reads the regular file at the relative path, as it is written or else in
 * small letters; "cc/cc.gif" may also lie at "cc.gif". The name's ending tells
 * the media type. Returns 0 with an owned response, -ENOENT or -ENOMEM.
 */
int folder_find(struct folder *folder, struct http_span path,
	struct response *response);

#endif
