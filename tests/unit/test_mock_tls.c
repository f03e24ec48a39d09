/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS as OpenSSL's client sees it, which checks the certificate against the
 * authority of the server; and clients that do not speak TLS as they should.
 */
#include "tests/unit/live_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BIG = 10000000 };

static int start(void **state)
{
	return live_start_with(state,
		&(const struct mock_server_options){
			.host = "127.0.0.1", .workers = 2, .tls = true});
}

/* One connection of a client that trusts the server's authority alone. */
struct secure {
	SSL_CTX *context;
	SSL *ssl;
	SSL_SESSION *session; /* the last ticket */
	int fd;
};

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct secure *secure = SSL_get_app_data(ssl);

	SSL_SESSION_free(secure->session);
	secure->session = session;
	return 1;
}

static void trust(SSL_CTX *context, const struct fixture *f)
{
	size_t length;
	const char *text = mock_server_authority(f->server, &length);
	BIO *memory = BIO_new_mem_buf(text, (int)length);
	X509 *authority = PEM_read_bio_X509(memory, NULL, NULL, NULL);

	assert_non_null(authority);
	assert_int_equal(
		X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority),
		1);
	X509_free(authority);
	BIO_free(memory);
}

static struct secure client_of(const struct fixture *f)
{
	struct secure secure = {.context = SSL_CTX_new(TLS_client_method())};

	assert_non_null(secure.context);
	SSL_CTX_set_verify(secure.context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(secure.context,
		SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
	SSL_CTX_sess_set_new_cb(secure.context, keep_session);
	trust(secure.context, f);
	return secure;
}

static void hang_up(struct secure *secure)
{
	/* Without it OpenSSL forgets the session. */
	(void)SSL_shutdown(secure->ssl);
	SSL_free(secure->ssl);
	secure->ssl = NULL;
	(void)close(secure->fd);
}

static void release(struct secure *secure)
{
	if (secure->ssl)
		hang_up(secure);
	SSL_SESSION_free(secure->session);
	SSL_CTX_free(secure->context);
}

/* Connects, and resumes the last session if there is one. */
static int call(
	struct secure *secure, const struct fixture *f, const char *alpn)
{
	secure->fd = live_connect_to(f);
	secure->ssl = SSL_new(secure->context);
	SSL_set_app_data(secure->ssl, secure);
	assert_int_equal(SSL_set_fd(secure->ssl, secure->fd), 1);
	assert_int_equal(X509_VERIFY_PARAM_set1_ip_asc(
				 SSL_get0_param(secure->ssl), "127.0.0.1"),
		1);
	if (alpn)
		assert_int_equal(SSL_set_alpn_protos(secure->ssl,
					 (const unsigned char *)alpn,
					 (unsigned)strlen(alpn)),
			0);
	if (secure->session)
		assert_int_equal(
			SSL_set_session(secure->ssl, secure->session), 1);
	return SSL_connect(secure->ssl);
}

static void ask(struct secure *secure, const char *request)
{
	assert_int_equal(SSL_write(secure->ssl, request, (int)strlen(request)),
		(int)strlen(request));
}

/* Whether the kernel keeps what is less than a whole segment. */
static void hold_segments(struct secure *secure, int on)
{
	assert_int_equal(
		setsockopt(secure->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)),
		0);
}

/* The server's end of the connection, which is in this process. */
static int other_end(const struct secure *secure)
{
	struct sockaddr_in ours, peer;
	socklen_t length = sizeof(ours);

	assert_int_equal(
		getsockname(secure->fd, (struct sockaddr *)&ours, &length), 0);
	for (int fd = 0; fd < 1024; fd++) {
		length = sizeof(peer);
		if (!getpeername(fd, (struct sockaddr *)&peer, &length) &&
			peer.sin_port == ours.sin_port)
			return fd;
	}
	fail();
	return -1;
}

static void await_reading(int fd)
{
	int unread;

	do
		assert_int_equal(ioctl(fd, FIONREAD, &unread), 0);
	while (unread);
}

/* Reads to the end of the connection. Returns the number of bytes. */
static size_t read_all(struct secure *secure, char *bytes, size_t room)
{
	size_t have = 0, n;

	while (have < room &&
		SSL_read_ex(secure->ssl, bytes + have, room - have, &n) == 1)
		have += n;
	assert_int_equal(SSL_get_error(secure->ssl, 0), SSL_ERROR_ZERO_RETURN);
	return have;
}

static void first_full_then_resumed_and_plain_beside_them(void **state)
{
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	struct answer answer;
	struct row rows[4];
	char text[8192];

	for (int i = 0; i < 2; i++) {
		assert_int_equal(call(&secure, f, "\x08http/1.1"), 1);
		assert_int_equal(SSL_session_reused(secure.ssl), i);
		ask(&secure,
			i ? GET_CN ITEM("t/1/1") "Connection: close\r\n" END
			  : GET_CN ITEM("t/0/1") "Connection: close\r\n" END);
		assert_true(read_all(&secure, text, sizeof(text)) > 1000);
		assert_memory_equal(text, "HTTP/1.1 200 OK\r\n", 17);
		if (!i)
			hang_up(&secure);
	}
	live_ask(f, GET_CN ITEM("t/2/1") END, &answer);
	assert_int_equal(live_witness(f, "?trial=t", rows, 4), 3);
	assert_string_equal(rows[0].tls, "full");
	assert_string_equal(rows[1].tls, "resumed");
	assert_string_equal(rows[2].tls, "none");
	assert_int_equal(live_stat_of(f, "tls_full"), 1);
	assert_int_equal(live_stat_of(f, "tls_resumed"), 1);
	live_configure(f, "seed=2", 200);
	assert_int_equal(live_stat_of(f, "tls_full"), 0);
	release(&secure);
}

static void both_versions_of_tls(void **state)
{
	struct fixture *f = *state;

	for (int version = TLS1_1_VERSION; version <= TLS1_3_VERSION;
		version++) {
		struct secure secure = client_of(f);

		SSL_CTX_set_security_level(secure.context, 0);
		SSL_CTX_set_min_proto_version(secure.context, version);
		SSL_CTX_set_max_proto_version(secure.context, version);
		assert_int_equal(
			call(&secure, f, NULL) == 1, version >= TLS1_2_VERSION);
		release(&secure);
	}
}

static void two_requests_in_pieces_of_a_byte(void **state)
{
	static const char requests[] =
		GET_CN END GET_CN "Connection: close\r\n" END;
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	char text[8192];
	size_t n;

	assert_int_equal(call(&secure, f, NULL), 1);
	for (size_t i = 0; i < sizeof(requests) - 1; i++)
		assert_int_equal(SSL_write(secure.ssl, requests + i, 1), 1);
	n = read_all(&secure, text, sizeof(text));
	assert_non_null(memmem(text + 1, n - 1, "HTTP/1.1 200", 12));
	release(&secure);
}

/*
 * The end of the request comes when the server has read more records than it
 * takes in one turn (16) and has not yet taken all of them.
 */
static void the_end_comes_while_records_are_waiting(void **state)
{
	enum { PIECES = 600 };
	char request[PIECES + sizeof("\r\n\r\n")];
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	char text[8192];
	size_t n;
	int fd;

	(void)snprintf(request, sizeof(request), "%-*s\r\n\r\n", PIECES,
		GET_CN "Referer: /");
	live_configure(f, "payload=100", 200);
	assert_int_equal(call(&secure, f, NULL), 1);
	fd = other_end(&secure);
	for (int round = 0; round < 50; round++) {
		hold_segments(&secure, true);
		for (int i = 0; i < PIECES; i++)
			assert_int_equal(
				SSL_write(secure.ssl, request + i, 1), 1);
		hold_segments(&secure, false);
		await_reading(fd);
		ask(&secure, request + PIECES);
		assert_int_equal(
			SSL_read_ex(secure.ssl, text, sizeof(text), &n), 1);
		assert_memory_equal(text, "HTTP/1.1 200 OK\r\n", 17);
	}
	release(&secure);
}

static void keys_may_be_updated_at_any_time(void **state)
{
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	char text[8192];

	assert_int_equal(call(&secure, f, NULL), 1);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(
			SSL_key_update(secure.ssl, SSL_KEY_UPDATE_REQUESTED),
			1);
		assert_int_equal(SSL_do_handshake(secure.ssl), 1);
	}
	ask(&secure, GET_CN "Connection: close\r\n" END);
	assert_true(read_all(&secure, text, sizeof(text)) > 1000);
	release(&secure);
}

/* It may be cut off; other clients are answered meanwhile. */
static void updates_without_end_hold_up_nobody(void **state)
{
	struct fixture *f = *state;
	struct secure secure = client_of(f);

	assert_int_equal(call(&secure, f, NULL), 1);
	for (int i = 0; i < 20000; i++) {
		(void)SSL_key_update(secure.ssl, SSL_KEY_UPDATE_NOT_REQUESTED);
		if (SSL_do_handshake(secure.ssl) != 1)
			break;
		if (i % 4000 == 0)
			(void)live_stat_of(f, "requests");
	}
	release(&secure);
}

/* The server has to wait for the client again and again. */
static void a_body_that_fills_the_socket(void **state)
{
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	char *text = malloc(BIG + 1000);

	live_configure(f, "payload=10000000", 200);
	assert_int_equal(call(&secure, f, NULL), 1);
	ask(&secure, GET_CN "Connection: close\r\n" END);
	assert_true(read_all(&secure, text, BIG + 1000) > BIG);
	free(text);
	release(&secure);
}

static void http2_by_alpn_and_nothing_else_then(void **state)
{
	struct fixture *f = *state;
	struct secure secure = client_of(f);
	const unsigned char *chosen;
	unsigned length;
	char byte;

	assert_int_equal(call(&secure, f, "\x02h2\x08http/1.1"), 1);
	SSL_get0_alpn_selected(secure.ssl, &chosen, &length);
	assert_int_equal(length, 2);
	ask(&secure, GET_CN END);
	assert_int_not_equal(SSL_read(secure.ssl, &byte, 1), 1);
	hang_up(&secure);
	assert_int_not_equal(call(&secure, f, "\x06spdy/3"), 1);
	release(&secure);
}

static void what_is_no_tls_gets_an_alert_and_an_end(void **state)
{
	static const char hellos[][12] = {"\x16\x03\x01\x00\x04junk",
		"\x16GET / HTTP", "\x16\x03\x01\xff\xff++++",
		"\x16\x03\x03\x00\x04\x01\xff\xff\xff"};
	struct fixture *f = *state;
	char bytes[64];

	for (size_t i = 0; i < sizeof(hellos) / sizeof(*hellos); i++) {
		int fd = live_connect_to(f);

		assert_int_equal(send(fd, hellos[i], 11, MSG_NOSIGNAL), 11);
		(void)shutdown(fd, SHUT_WR);
		while (recv(fd, bytes, sizeof(bytes), 0) > 0)
			;
		(void)close(fd);
	}
	assert_int_equal(live_stat_of(f, "tls_full"), 0);
}

/* Records that are whole but never end the handshake: it sends until a reset. */
static void a_handshake_without_end_is_ended(void **state)
{
	struct fixture *f = *state;
	int fd = live_connect_to(f);
	char record[5 + 16000] = "\x16\x03\x01\x3e\x80\x01\x00\xff\xff";

	while (send(fd, record, sizeof(record), MSG_NOSIGNAL) > 0)
		memset(record + 5, 0, 4);
	(void)close(fd);
	assert_int_equal(live_stat_of(f, "tls_full"), 0);
}

static void a_handshake_under_way_does_not_hold_the_end(void **state)
{
	struct fixture *f = *state;
	int fd = live_connect_to(f);
	char byte;

	assert_int_equal(send(fd, "\x16\x03", 2, MSG_NOSIGNAL), 2);
	(void)live_stat_of(f, "tls_full");
	live_order_stop(f);
	/* A reset if the other loop has not read the two bytes yet. */
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	(void)close(fd);
}

static void without_a_certificate_it_is_no_request(void **state)
{
	struct fixture *f = *state;
	struct answer answer;
	size_t length;

	assert_null(mock_server_authority(f->server, &length));
	live_ask(f, "\x16\x03\x01\r\n\r\n", &answer);
	assert_int_equal(answer.status, 400);
	live_ask(f, "GET /_flagrace/ca.pem HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(answer.status, 404);
}

static void wrong_files_are_told(void **state)
{
	struct mock_server_options options = {.host = "127.0.0.1",
		.workers = 1,
		.tls = true,
		.certificate = "/nonexistent/cert.pem",
		.key = "/nonexistent/key.pem"};
	struct mock_error err = {""};
	struct mock_server *server;

	(void)state;
	assert_int_equal(mock_server_open(&server, &options, &err), -22);
	assert_non_null(strstr(err.text, "cert '/nonexistent/cert.pem'"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, start, live_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(first_full_then_resumed_and_plain_beside_them),
		WITH(both_versions_of_tls),
		WITH(two_requests_in_pieces_of_a_byte),
		WITH(the_end_comes_while_records_are_waiting),
		WITH(keys_may_be_updated_at_any_time),
		WITH(updates_without_end_hold_up_nobody),
		WITH(a_body_that_fills_the_socket),
		WITH(http2_by_alpn_and_nothing_else_then),
		WITH(what_is_no_tls_gets_an_alert_and_an_end),
		WITH(a_handshake_without_end_is_ended),
		WITH(a_handshake_under_way_does_not_hold_the_end),
		cmocka_unit_test_setup_teardown(
			without_a_certificate_it_is_no_request, live_start_fast,
			live_stop),
		cmocka_unit_test(wrong_files_are_told),
	};

	/* OpenSSL writes to a socket that the server may have closed. */
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
