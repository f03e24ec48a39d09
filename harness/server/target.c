/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/base/address.h"
#include "mock_server/mark.h"

enum { HOST_MAX = 254, PORT_MAX = 65535 };

/* The parts of a URL; the texts point into it. */
struct url_parts {
	bool tls;
	const char *host; /* without brackets */
	size_t host_length;
	bool in_brackets;
	unsigned port;    /* 0: the default of the scheme */
	const char *rest; /* path and query; may be empty */
	size_t rest_length;
};

static bool skip(const char **at, const char *text)
{
	size_t length = strlen(text);
	bool there = strncasecmp(*at, text, length) == 0;

	*at += there ? length : 0;
	return there;
}

/* Tells whether there are bytes that a URL must have encoded. */
static bool has_odd_bytes(const char *url)
{
	for (; *url; url++)
		if ((unsigned char)*url <= ' ' || *url == 0x7f ||
			strchr("\"\\<>", *url))
			return true;
	return false;
}

/* Not each client turns other letters of a host into what the DNS knows. */
static bool is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] > 0x7e)
			return false;
	return true;
}

/* Parses the host and the optional port in [at, end). */
static const char *split_host(
	struct url_parts *parts, const char *at, const char *end)
{
	static const char no_port[] =
		"its port must be a number from 1 to 65535";
	const char *host_end;

	if (*at == '[') {
		parts->in_brackets = true;
		at++;
	}
	host_end =
		memchr(at, parts->in_brackets ? ']' : ':', (size_t)(end - at));
	if (!host_end && parts->in_brackets)
		return "the ] is missing";
	parts->host = at;
	parts->host_length = (size_t)((host_end ? host_end : end) - at);
	if (parts->host_length == 0 || parts->host_length >= HOST_MAX)
		return "it has no host";
	if (!is_ascii(parts->host, parts->host_length))
		return "its host is not ASCII; write the host as the DNS knows "
		       "it, as in xn--mnchen-3ya.example";
	at += parts->host_length + parts->in_brackets;
	if (at == end)
		return NULL;
	if (*at++ != ':')
		return no_port;
	/* A colon without a port means the default port. */
	if (at == end)
		return NULL;
	for (; at < end && *at >= '0' && *at <= '9'; at++)
		if (parts->port <= PORT_MAX)
			parts->port = 10 * parts->port + (unsigned)(*at - '0');
	return at == end && parts->port > 0 && parts->port <= PORT_MAX
		? NULL
		: no_port;
}

/* Parses a URL. Returns NULL, or why it cannot be requested. */
static const char *split(struct url_parts *parts, const char *url)
{
	const char *end;

	*parts = (struct url_parts){0};
	if (has_odd_bytes(url))
		return "it contains a blank, a quote, \\, < or >; encode them, "
		       "as in %20";
	parts->tls = skip(&url, "https://");
	if (!parts->tls && !skip(&url, "http://"))
		return "it must start with http:// or https://";
	end = url + strcspn(url, "/?#");
	/* Users must not believe that it is sent. */
	if (memchr(url, '@', (size_t)(end - url)))
		return "it names a user, which is never sent; leave out the "
		       "text before the @";
	/* The fragment is never sent. */
	parts->rest = end;
	parts->rest_length = strcspn(end, "#");
	return split_host(parts, url, end);
}

/*
 * Appends path and query. Adds a missing path and encodes bytes beyond ASCII,
 * as browsers do. Returns the length, or -1 if there is no room.
 */
static int put_rest(char *out, size_t size, const struct url_parts *parts)
{
	size_t used = 0;

	if (parts->rest_length == 0 || *parts->rest != '/')
		used = (size_t)snprintf(out, size, "/");
	for (size_t i = 0; i < parts->rest_length && used < size; i++) {
		unsigned char byte = (unsigned char)parts->rest[i];

		used += (size_t)snprintf(out + used, size - used,
			byte < 0x80 ? "%c" : "%%%02X", byte);
	}
	return used < size ? (int)used : -1;
}

int target_normalize(
	char out[TARGET_URL_MAX + 1], const char *url, struct fr_error *err)
{
	struct url_parts parts;
	const char *why = split(&parts, url);
	size_t length, size = TARGET_URL_MAX + 1;
	char port[16] = "";

	if (why)
		return fr_error_set(err, EXIT_USAGE,
			"'%.60s' is not a valid URL: %s; expected a URL such "
			"as http://127.0.0.1:8001/a.gif",
			url, why);
	if (parts.port)
		(void)snprintf(port, sizeof(port), ":%u", parts.port);
	length = (size_t)snprintf(out, size, "%s://%s%.*s%s%s",
		parts.tls ? "https" : "http", parts.in_brackets ? "[" : "",
		(int)parts.host_length, parts.host,
		parts.in_brackets ? "]" : "", port);
	if (put_rest(out + length, size - length, &parts) < 0)
		return fr_error_set(err, EXIT_USAGE,
			"'%.60s...' is longer than %d bytes", url,
			TARGET_URL_MAX);
	return 0;
}

int target_origin(
	struct http_origin *origin, const char *url, struct fr_error *err)
{
	struct url_parts parts;
	const bool is_base = !split(&parts, url) && !parts.tls &&
		parts.rest_length <= 1 &&
		strncmp(parts.rest, "/", parts.rest_length) == 0;

	if (is_base &&
		snprintf(origin->host, sizeof(origin->host), "%s%.*s%s",
			parts.in_brackets ? "[" : "", (int)parts.host_length,
			parts.host, parts.in_brackets ? "]" : "") <
			(int)sizeof(origin->host)) {
		(void)snprintf(origin->port, sizeof(origin->port), "%u",
			(uint16_t)(parts.port ? parts.port : 80));
		return 0;
	}
	return fr_error_set(err, EXIT_USAGE,
		"'%.100s' is not the address of a server; expected "
		"http://HOST:PORT, such as http://127.0.0.1:8001",
		url);
}

/* A connection to an unspecified address also leads to loopback. */
static bool is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	const uint8_t *mapped;

	if (address->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET ||
			v4->sin_addr.s_addr == htonl(INADDR_ANY);
	if (address->sa_family != AF_INET6)
		return false;
	mapped = &v6->sin6_addr.s6_addr[12];
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
		IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr) ||
		(IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) &&
			*mapped == IN_LOOPBACKNET);
}

static bool is_same(const struct sockaddr *a, const struct sockaddr *b)
{
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

	if (!b || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
	return a->sa_family == AF_INET6 &&
		IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr);
}

/* The address of an interface of this host is reached by loopback. */
static bool is_own(const struct sockaddr *address)
{
	struct ifaddrs *list;
	bool own = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (const struct ifaddrs *i = list; i && !own; i = i->ifa_next)
		own = is_same(address, i->ifa_addr);
	freeifaddrs(list);
	return own;
}

int target_is_here(const char *url, struct fr_error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	char normal[TARGET_URL_MAX + 1], host[HOST_MAX];
	struct url_parts parts;
	int all = 1, rc;

	if (target_normalize(normal, url, err) < 0)
		return -1;
	(void)split(&parts, normal);
	(void)snprintf(
		host, sizeof(host), "%.*s", (int)parts.host_length, parts.host);
	rc = getaddrinfo(host, NULL, &hints, &list);
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot find the host of %.100s: %s", url,
			gai_strerror(rc));
	for (const struct addrinfo *a = list; a; a = a->ai_next)
		all &= is_loopback(a->ai_addr) || is_own(a->ai_addr);
	freeaddrinfo(list);
	return all;
}

bool target_is_numeric(const char *url, bool secure)
{
	struct address address;

	return address_of_url(&address, url) > 0 && (secure || !address.secure);
}

/* Adds the URL of a line, if it has one. */
static int add_line(
	struct texts *urls, char *line, const char *where, struct fr_error *err)
{
	char url[TARGET_URL_MAX + 1];
	size_t length;

	line += strspn(line, " \t");
	length = strcspn(line, "\r\n");
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	line[length] = '\0';
	if (!length || *line == '#')
		return 0;
	if (target_normalize(url, line, err) < 0)
		return fr_error_at(err, where);
	if (urls->count == TARGET_URLS_MAX)
		return fr_error_set(err, EXIT_USAGE, "%s: more than %d URLs",
			where, TARGET_URLS_MAX);
	return texts_add(urls, url, strlen(url), where) ? fr_error_memory(err)
							: 0;
}

/*
 * Reads a line of *length bytes, which may contain NULs. NULL: the end of the
 * file.
 */
static char *read_line(char *line, size_t size, size_t *length, FILE *file)
{
	/* fgets(3) leaves the bytes behind its final NUL unchanged. */
	memset(line, '\n', size);
	if (!fgets(line, (int)size, file))
		return NULL;
	for (*length = size - 1; line[*length]; --*length)
		;
	return line;
}

int target_read(struct texts *urls, const char *path, struct fr_error *err)
{
	/* More than the longest URL, some spaces and the line end. */
	char line[TARGET_URL_MAX + 64], where[300];
	FILE *file = fopen(path, "re");
	const char *alien = NULL;
	unsigned number = 0;
	size_t length, mark;
	int rc = 0;

	if (!file)
		return fr_error_set(err, fr_status_of(errno),
			"cannot read the URLs of %.200s: %s", path,
			strerror(errno));
	while (!rc && read_line(line, sizeof(line), &length, file)) {
		mark = number ? 0 : text_mark(line, length, &alien);
		(void)snprintf(
			where, sizeof(where), "%.200s:%u", path, ++number);
		rc = alien
			? fr_error_set(err, EXIT_USAGE,
				  "%.200s is %s; save it as UTF-8", path, alien)
			: add_line(urls, line + mark, where, err);
	}
	if (!rc && ferror(file))
		rc = fr_error_set(err, fr_status_of(errno),
			"cannot read the URLs of %.200s: %s", path,
			strerror(errno));
	if (!rc && urls->count == 0)
		rc = fr_error_set(err, EXIT_USAGE, "%.200s has no URL", path);
	(void)fclose(file);
	return rc;
}
