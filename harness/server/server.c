/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/server.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/files.h"
#include "harness/base/kernel.h"
#include "harness/server/server_process.h"
#include "harness/server/target.h"
#include "link/link.h"

void server_init(struct server *server)
{
	*server = (struct server){.output = -1, .errors = -1, .http.fd = -1};
}

/* Starts the process and connects to it. On failure the caller closes it. */
static int start(struct server *server, unsigned terms, int listen_fd,
	struct fr_error *err)
{
	server->witness = true;
	if (server_process_start(server, terms, listen_fd, err) < 0)
		return -1;
	/* Connects now, so that a lack of ports cannot prevent it later. */
	if (http_client_init(&server->http, server->url, err) == 0) {
		server->http.token = server->token;
		if (http_probe(&server->http, err) == 0)
			return 0;
	}
	server_process_report_end(server, err);
	return -1;
}

static int note_scheduling(struct server *server, struct fr_error *err)
{
	uint64_t cpu_ns;

	/* The server sets its scheduling before it answers. */
	if (server_cpu_ns(server, &cpu_ns, err) < 0)
		return -1;
	server_process_note_scheduling(server);
	return 0;
}

int server_start(struct server *server, unsigned terms, struct fr_error *err)
{
	server_init(server);
	if (start(server, terms, -1, err) == 0)
		return 0;
	server_close(server);
	return -1;
}

int server_start_to_judge(
	struct server *server, unsigned terms, struct fr_error *err)
{
	if (server_start(server, terms, err) < 0)
		return -1;
	if (note_scheduling(server, err) == 0)
		return 0;
	server_close(server);
	return -1;
}

static void set_link_url(struct server *server, uint16_t port)
{
	server->may_link = true;
	(void)snprintf(server->link_url, sizeof(server->link_url),
		"http://" LINK_SERVER_ADDRESS ":%u", port);
}

/* Makes the link. Returns a socket that listens at its far end, or -1. */
static int open_link(struct server *server, struct fr_error *err)
{
	struct link_error why = {""};
	uint16_t port = 0;
	int fd;

	if (kernel_check(err) < 0)
		return -1;
	if (link_open(&server->link, &why))
		return fr_error_set(err, EXIT_INVALID, "%s", why.text);
	fd = link_listen(server->link, &port, SOMAXCONN);
	if (fd < 0)
		return fr_error_set(err, EXIT_INVALID,
			"no socket can listen behind the link: %s",
			strerror(-fd));
	set_link_url(server, port);
	return fd;
}

int server_start_with_link(
	struct server *server, unsigned terms, struct fr_error *err)
{
	int fd, rc;

	server_init(server);
	fd = open_link(server, err);
	rc = fd < 0 ? -1 : start(server, terms, fd, err);
	if (fd >= 0)
		close(fd);
	if (!rc)
		rc = note_scheduling(server, err);
	if (rc)
		server_close(server);
	return rc;
}

int server_join_link(struct server *server, int fd, struct fr_error *err)
{
	struct link_error why = {""};
	uint16_t port;

	if (link_join(&server->link, &port, fd, &why))
		return fr_error_set(err, EXIT_INVALID, "%s", why.text);
	set_link_url(server, port);
	return 0;
}

void server_close(struct server *server)
{
	http_client_close(&server->http);
	server_process_end(server);
	link_close(server->link);
	if (server->authority)
		close(server->authority_fd);
	free(server->authority);
	server_init(server);
}

static int exchange(struct server *server, const char *method, const char *path,
	const char *body, struct http_answer *answer, struct fr_error *err)
{
	int rc = http_exchange(&server->http, method, path, body, answer, err);

	if (rc < 0)
		server_process_report_end(server, err);
	return rc;
}

/* Reads the figures of the server. Returns NULL with *err on failure. */
static json_t *get_stats(struct server *server, struct fr_error *err)
{
	struct http_answer answer;
	json_t *stats = NULL;
	const char *name = NULL;

	if (exchange(server, "GET", "/_flagrace/stats", NULL, &answer, err) < 0)
		return NULL;
	if (answer.status == 403 && answer.by_flagrace) {
		answer.body[strcspn(answer.body, "\r\n")] = '\0';
		fr_error_set(err, EXIT_USAGE,
			"%s denies access to /_flagrace/: %.200s", server->url,
			answer.body);
		http_answer_release(&answer);
		return NULL;
	}
	if (answer.status == 200)
		stats = json_loads(answer.body, 0, NULL);
	http_answer_release(&answer);
	if (json_unpack(stats, "{s:s}", "server", &name) == 0 &&
		strcmp(name, "flagrace") == 0)
		return stats;
	json_decref(stats);
	fr_error_set(err, EXIT_INVALID,
		"%s is not a flagrace server, so there would be no witness; "
		"start one with 'flagrace serve'",
		server->url);
	return NULL;
}

static void set_origin(struct server *server, const struct http_origin *origin)
{
	server->http.origin = *origin;
	(void)snprintf(server->url, sizeof(server->url), "http://%s:%s",
		origin->host, origin->port);
}

/*
 * Checks that it is a flagrace server. A name may have several addresses, and
 * raw clients do not look up names, so the address of the connection is used
 * from then on.
 */
static int meet_witness(struct server *server, struct fr_error *err)
{
	struct http_origin peer;
	json_t *stats = get_stats(server, err);

	if (!stats)
		return -1;
	json_decref(stats);
	if (http_peer(&server->http, &peer) == 0)
		set_origin(server, &peer);
	return 0;
}

int server_attach(struct server *server, const char *url, bool witness,
	struct fr_error *err)
{
	server_init(server);
	server->witness = witness;
	if (http_client_init(&server->http, url, err) < 0)
		return -1;
	set_origin(server, &server->http.origin);
	return witness ? meet_witness(server, err)
		       : http_probe(&server->http, err);
}

/*
 * Rejects a path of a flagrace server: with a path there would be no witness,
 * and probably no flags, which nobody wants.
 */
static int refuse_path(const struct server *server, struct fr_error *err)
{
	size_t scheme = strlen("http://");
	struct server root;
	json_t *stats;

	server_init(&root);
	(void)snprintf(root.url, sizeof(root.url), "%.*s",
		(int)(scheme + strcspn(server->url + scheme, "/?#")),
		server->url);
	if (http_client_init(&root.http, root.url, NULL) < 0)
		return 0;
	stats = get_stats(&root, NULL);
	http_client_close(&root.http);
	if (!stats)
		return 0;
	json_decref(stats);
	return fr_error_set(err, EXIT_USAGE,
		"%s is a path of a flagrace server; leave out the path: %s",
		server->url, root.url);
}

static int refuse_query(const struct server *server, struct fr_error *err)
{
	return fr_error_set(err, EXIT_USAGE,
		"%s must not contain '?', because the paths of the flags are "
		"appended to it; use --urls FILE for complete URLs",
		server->url);
}

int server_use(struct server *server, const char *url, struct fr_error *err)
{
	int here = target_is_here(url, err);
	char normal[TARGET_URL_MAX + 1];
	struct fr_error why;
	size_t length;

	server_init(server);
	if (here < 0 || target_normalize(normal, url, err) < 0)
		return -1;
	length = strlen(normal);
	while (length && normal[length - 1] == '/')
		length--;
	if (length >= sizeof(server->url))
		return fr_error_set(
			err, EXIT_USAGE, "'%.60s...' is too long", url);
	memcpy(server->url, normal, length);
	server->url[length] = '\0';
	if (http_client_init(&server->http, server->url, NULL) < 0) {
		if (here && refuse_path(server, err) < 0)
			return -1;
		return strchr(server->url, '?') ? refuse_query(server, err) : 0;
	}
	if (http_probe(&server->http, err) < 0)
		return -1;
	server->witness = here && meet_witness(server, &why) == 0;
	/* A flagrace server that denies access is not just any server. */
	if (here && !server->witness && why.status == EXIT_USAGE) {
		if (err)
			*err = why;
		return -1;
	}
	return 0;
}

int server_configure(
	struct server *server, const char *form, struct fr_error *err)
{
	struct http_answer answer;
	int rc = 0;

	if (!server->witness)
		return 0;
	if (exchange(server, "PUT", "/_flagrace/config", form, &answer, err) <
		0)
		return -1;
	if (answer.status / 100 != 2) {
		answer.body[strcspn(answer.body, "\r\n")] = '\0';
		rc = fr_error_set(err, EXIT_USAGE, "%.400s", answer.body);
	}
	server->epoch = answer.epoch;
	http_answer_release(&answer);
	return rc;
}

/* Keeps a certificate in a file in memory. */
static int keep_authority(
	struct server *server, const char *certificate, struct fr_error *err)
{
	size_t length = strlen(certificate);
	int fd = files_in_memory("ca.pem");

	if (fd >= 0 && write(fd, certificate, length) == (ssize_t)length &&
		asprintf(&server->authority, "/proc/self/fd/%d", fd) >= 0) {
		server->authority_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	server->authority = NULL;
	return fr_error_memory(err);
}

int server_ask_authority(struct server *server, struct fr_error *err)
{
	struct http_answer answer;
	int rc;

	if (server->authority)
		return 0;
	if (exchange(server, "GET", "/_flagrace/ca.pem", NULL, &answer, err) <
		0)
		return -1;
	rc = answer.status == 200 ? keep_authority(server, answer.body, err)
				  : 1;
	http_answer_release(&answer);
	if (rc <= 0)
		return rc;
	return fr_error_set(err, EXIT_USAGE,
		"%s has no certificate authority of its own; start it with "
		"'flagrace serve --tls', or name the authority of its "
		"certificate with --cacert",
		server->url);
}

void server_origin(char origin[SERVER_ORIGIN_MAX], const struct server *server,
	bool linked, bool secure)
{
	const char *url = linked ? server->link_url : server->url;
	const char *host = strstr(url, "://");

	/* Other servers have one scheme, that of their URL. */
	secure &= server->witness && host;
	(void)snprintf(origin, SERVER_ORIGIN_MAX, "%s%s", secure ? "https" : "",
		secure ? host : url);
}

/* Reads a number of the server's figures; 0 if it is no witness. */
static int get_number(struct server *server, const char *name, uint64_t *number,
	struct fr_error *err)
{
	json_t *stats;

	*number = 0;
	if (!server->witness)
		return 0;
	stats = get_stats(server, err);
	if (!stats)
		return -1;
	*number = (uint64_t)json_integer_value(json_object_get(stats, name));
	json_decref(stats);
	return 0;
}

int server_cpu_ns(struct server *server, uint64_t *cpu_ns, struct fr_error *err)
{
	return get_number(server, "cpu_ns", cpu_ns, err);
}

int server_connections(
	struct server *server, uint64_t *count, struct fr_error *err)
{
	return get_number(server, "connections_open", count, err);
}

/*
 * Reads one of the server's lists into reader->witness. Returns 0, or -1 with
 * *err; *answer has the status and the fields.
 */
static int read_list(struct server *server, const char *path,
	struct witness_reader *reader, struct http_answer *answer,
	struct fr_error *err)
{
	enum { STATUS_CONFLICT = 409 };
	struct witness *witness = reader->witness;
	int rc = http_fetch(
		&server->http, path, witness_read, reader, answer, err);

	if (answer->status == STATUS_CONFLICT) {
		/* Somebody has changed the settings while it was read. */
		witness_release(witness);
		witness->reconfigured = true;
		return 0;
	}
	if (reader->garbled || (rc == 0 && answer->status == 200)) {
		rc = witness_read_end(reader, err);
	} else if (rc < 0) {
		witness_release(witness);
		server_process_report_end(server, err);
	} else {
		rc = fr_error_set(err, EXIT_INVALID,
			"cannot read the witness of %s: HTTP status %d",
			server->url, answer->status);
	}
	if (answer->status == 200)
		witness->reconfigured |= answer->epoch != server->epoch;
	return rc;
}

int server_witness(struct server *server, const char *trial,
	struct witness *witness, struct fr_error *err)
{
	struct witness_reader reader = {.witness = witness,
		.trial = trial,
		.earlier = &server->earlier};
	struct http_answer answer = {.status = 0};
	int rc;

	*witness = (struct witness){0};
	if (!server->witness)
		return 0;
	rc = read_list(server, "/_flagrace/witness?all", &reader, &answer, err);
	witness->dropped = answer.dropped;
	witness->refused = answer.refused;
	witness->connections = answer.connections;
	return rc;
}

int server_witness_connections(
	struct server *server, struct witness *witness, struct fr_error *err)
{
	enum { STATUS_NOT_FOUND = 404 };
	struct witness_reader reader = {
		.witness = witness, .of_connections = true};
	struct http_answer answer = {.status = 0};

	if (!server->witness || witness->reconfigured)
		return 0;
	if (read_list(server, "/_flagrace/connections", &reader, &answer, err) <
		0)
		/* An older server keeps no such list. */
		return answer.status == STATUS_NOT_FOUND ? 0 : -1;
	witness->connections = answer.connections;
	witness->accepted_known = !witness->reconfigured;
	return 0;
}
