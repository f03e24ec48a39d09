/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of a real folder, as they are when they are asked for. Those in flight
 * are held in memory, each once. Whatever a path says, or a link in the folder,
 * nothing outside it is reached. Needs Linux 5.6 (openat2). Guarded by the
 * service's lock.
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
 * Reads the regular file at the path (relative), as it is written or in small
 * letters; "cc/cc.gif" may also lie at "cc.gif". The type goes by the ending.
 * Returns 0 with an owned response, -ENOENT or -ENOMEM.
 */
int folder_find(struct folder *folder, struct http_span path,
	struct response *response);

#endif
