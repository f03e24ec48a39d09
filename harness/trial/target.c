/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_MAX = 254 };

/* Takes the host out of a URL. Returns 0, or -1 when it is none. */
static int host_of(const char *url, char host[HOST_MAX])
{
	const char *rest = strstr(url, "://");
	size_t length;

	if (!rest || strpbrk(url, " \t\"\\<>") ||
		(strncmp(url, "http://", 7) != 0 &&
			strncmp(url, "https://", 8) != 0))
		return -1;
	rest += 3;
	if (*rest == '[') {
		length = strcspn(++rest, "]/");
		if (rest[length] != ']')
			return -1;
	} else {
		length = strcspn(rest, ":/?#");
	}
	/* A user's name before an @ would hide where it leads. */
	if (length == 0 || length >= HOST_MAX || strchr(rest, '@'))
		return -1;
	memcpy(host, rest, length);
	host[length] = '\0';
	return 0;
}

static bool is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;

	if (address->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return address->sa_family == AF_INET6 &&
		IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

int target_is_loopback(const char *url, struct fr_error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	char host[HOST_MAX];
	int all = 1, rc;

	if (host_of(url, host) < 0)
		return fr_error_set(err, EXIT_USAGE,
			"'%.100s' is not a server's address; write it as in "
			"http://127.0.0.1:8001",
			url);
	rc = getaddrinfo(host, NULL, &hints, &list);
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot find the host of %.100s: %s", url,
			gai_strerror(rc));
	for (const struct addrinfo *a = list; a; a = a->ai_next)
		all &= is_loopback(a->ai_addr);
	freeaddrinfo(list);
	return all;
}

bool target_is_plain(const char *url)
{
	struct in_addr address;
	char ip[INET_ADDRSTRLEN];
	unsigned port;
	int length = 0;

	return sscanf(url, "http://%15[0-9.]:%5u%n", ip, &port, &length) == 2 &&
		(url[length] == '/' || !url[length]) && port <= 65535 &&
		inet_pton(AF_INET, ip, &address) == 1;
}

/* One line, without its end. */
static int add_line(
	struct texts *urls, char *line, const char *where, struct fr_error *err)
{
	char host[HOST_MAX];
	size_t length;

	line += strspn(line, " \t");
	length = strcspn(line, "\r\n");
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	line[length] = '\0';
	if (!length || *line == '#')
		return 0;
	if (length > TARGET_URL_MAX || host_of(line, host) < 0)
		return fr_error_set(err, EXIT_USAGE,
			"%s: '%.60s' is no URL; write one a line, as in "
			"http://127.0.0.1:8080/a.gif",
			where, line);
	if (urls->count == TARGET_URLS_MAX)
		return fr_error_set(err, EXIT_USAGE, "%s: more than %d URLs",
			where, TARGET_URLS_MAX);
	return texts_add(urls, line, length, where)
		? fr_error_set(err, EXIT_INVALID, "out of memory")
		: 0;
}

int target_read(struct texts *urls, const char *path, struct fr_error *err)
{
	/* One more than any URL, its spaces and its line's end. */
	char line[TARGET_URL_MAX + 64], where[300];
	FILE *file = fopen(path, "re");
	unsigned number = 0;
	int rc = 0;

	if (!file)
		return fr_error_set(err, EXIT_USAGE,
			"cannot read the URLs of %.200s: %s", path,
			strerror(errno));
	while (!rc && fgets(line, sizeof(line), file)) {
		(void)snprintf(
			where, sizeof(where), "%.200s:%u", path, ++number);
		rc = add_line(urls, line, where, err);
	}
	if (!rc && ferror(file))
		rc = fr_error_set(err, EXIT_USAGE,
			"cannot read the URLs of %.200s: %s", path,
			strerror(errno));
	if (!rc && urls->count == 0)
		rc = fr_error_set(err, EXIT_USAGE, "%.200s names no URL", path);
	(void)fclose(file);
	return rc;
}
