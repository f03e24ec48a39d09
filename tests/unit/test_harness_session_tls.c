/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS of a session: what becomes of a handshake, and of bytes, with servers of
 * many kinds. The server is OpenSSL at the other end of a pair of sockets, and
 * goes on whenever the client waits.
 */
#include "test_harness.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/client/session_tls.h"
#include "mock_server/certificate.h"

enum { PATH_TEXT = 32 };

struct bench {
	struct certificate certificates[2]; /* two authorities */
	char authority[PATH_TEXT];          /* file of the first one */
	SSL_CTX *context;                   /* of the server */
	SSL *server;
	struct session_tls tls;
	int fds[2]; /* the client's and the server's socket */
};

static int choose(SSL *ssl, const unsigned char **out, unsigned char *length,
	const unsigned char *in, unsigned in_length, void *arg)
{
	static const unsigned char h2[] = "\x02h2";

	(void)ssl, (void)arg;
	return SSL_select_next_proto((unsigned char **)out, length, h2,
		       sizeof(h2) - 1, in, in_length) == OPENSSL_NPN_NEGOTIATED
		? SSL_TLSEXT_ERR_OK
		: SSL_TLSEXT_ERR_NOACK;
}

/* Into a file in memory, which lasts as long as the process. */
static void write_pem(char path[PATH_TEXT], X509 *certificate)
{
	int fd = memfd_create("ca.pem", MFD_CLOEXEC);
	BIO *file = BIO_new_fd(fd, BIO_NOCLOSE);

	assert_int_equal(PEM_write_bio_X509(file, certificate), 1);
	(void)snprintf(path, PATH_TEXT, "/proc/self/fd/%d", fd);
	BIO_free(file);
}

static int set_up(void **state)
{
	static struct bench bench;
	struct certificate *first = &bench.certificates[0];

	/* As in a trial. */
	(void)signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			certificate_make(&bench.certificates[i], "a"), 0);
	write_pem(bench.authority, first->authority);
	bench.context = SSL_CTX_new(TLS_server_method());
	assert_int_equal(
		SSL_CTX_use_certificate(bench.context, first->server), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(bench.context, first->key), 1);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	for (int i = 0; i < 2; i++)
		certificate_release(&bench->certificates[i]);
	SSL_CTX_free(bench->context);
	return 0;
}

/* A connection of a client that trusts `authorities`, of an address. */
static void begin(struct bench *bench, const char *url, const char *authorities)
{
	const struct fr_http http = {.authorities = authorities};
	struct address address;

	assert_true(address_of_url(&address, url) > 0);
	SSL_CTX_set_alpn_select_cb(bench->context, choose, NULL);
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, bench->fds),
		0);
	bench->server = SSL_new(bench->context);
	assert_non_null(bench->server);
	assert_int_equal(SSL_set_fd(bench->server, bench->fds[1]), 1);
	SSL_set_accept_state(bench->server);
	assert_int_equal(session_tls_open(&bench->tls, &http, &address), 0);
	assert_int_equal(session_tls_begin(&bench->tls, bench->fds[0]), 0);
}

static void end(struct bench *bench)
{
	session_tls_end(&bench->tls);
	session_tls_close(&bench->tls);
	SSL_free(bench->server);
	close(bench->fds[0]);
	if (bench->fds[1] >= 0)
		close(bench->fds[1]);
}

/* Returns what the client's handshake came to. */
static int shake(struct bench *bench)
{
	int rc;

	while ((rc = session_tls_shake(&bench->tls)) == 0)
		(void)SSL_do_handshake(bench->server);
	if (rc == 1)
		assert_int_equal(SSL_do_handshake(bench->server), 1);
	return rc;
}

static void hang_up(struct bench *bench)
{
	close(bench->fds[1]);
	bench->fds[1] = -1;
}

static void bytes_go_both_ways_until_the_server_ends(void **state)
{
	struct bench *bench = *state;
	char bytes[SSL3_RT_MAX_PLAIN_LENGTH];

	begin(bench, "https://127.0.0.1/", bench->authority);
	assert_int_equal(shake(bench), 1);
	assert_int_equal(session_tls_receive(&bench->tls, bench->fds[0], bytes,
				 sizeof(bytes)),
		-EAGAIN);
	assert_int_equal(
		session_tls_send(&bench->tls, bench->fds[0], "four", 4), 4);
	assert_int_equal(SSL_read(bench->server, bytes, sizeof(bytes)), 4);
	assert_int_equal(SSL_write(bench->server, "three", 5), 5);
	assert_int_equal(session_tls_receive(&bench->tls, bench->fds[0], bytes,
				 sizeof(bytes)),
		5);
	assert_memory_equal(bytes, "three", 5);
	(void)SSL_shutdown(bench->server);
	assert_int_equal(session_tls_receive(&bench->tls, bench->fds[0], bytes,
				 sizeof(bytes)),
		0);
	end(bench);
}

/* A stream of HTTP/2 says where it ends; the connection need not. */
static void a_server_that_only_hangs_up_has_ended(void **state)
{
	struct bench *bench = *state;
	char bytes[SSL3_RT_MAX_PLAIN_LENGTH];

	begin(bench, "https://127.0.0.1/", bench->authority);
	assert_int_equal(shake(bench), 1);
	hang_up(bench);
	assert_true(session_tls_receive(&bench->tls, bench->fds[0], bytes,
			    sizeof(bytes)) <= 0);
	assert_int_equal(
		session_tls_send(&bench->tls, bench->fds[0], "x", 1), -EPIPE);
	end(bench);
}

static void bytes_that_are_no_tls_break_it(void **state)
{
	struct bench *bench = *state;
	char bytes[SSL3_RT_MAX_PLAIN_LENGTH];

	begin(bench, "https://127.0.0.1/", bench->authority);
	assert_int_equal(shake(bench), 1);
	assert_int_equal(send(bench->fds[1], "HTTP/1.1 400 \r\n", 15, 0), 15);
	assert_int_equal(session_tls_receive(&bench->tls, bench->fds[0], bytes,
				 sizeof(bytes)),
		-EPROTO);
	end(bench);
}

static void a_handshake_that_fails_says_why(void **state)
{
	struct bench *bench = *state;
	char other[PATH_TEXT];

	write_pem(other, bench->certificates[1].authority);
	begin(bench, "https://127.0.0.1/", other);
	assert_int_equal(shake(bench), CURLE_PEER_FAILED_VERIFICATION);
	end(bench);
	/* An address that the certificate does not name. */
	begin(bench, "https://192.0.2.1/", bench->authority);
	assert_int_equal(shake(bench), CURLE_PEER_FAILED_VERIFICATION);
	end(bench);
	begin(bench, "https://127.0.0.1/", bench->authority);
	SSL_CTX_set_alpn_select_cb(bench->context, NULL, NULL);
	assert_int_equal(shake(bench), CURLE_HTTP2);
	end(bench);
	begin(bench, "https://127.0.0.1/", bench->authority);
	assert_int_equal(send(bench->fds[1], "HTTP/1.1 400 \r\n", 15, 0), 15);
	assert_int_equal(
		session_tls_shake(&bench->tls), CURLE_SSL_CONNECT_ERROR);
	end(bench);
	begin(bench, "https://127.0.0.1/", bench->authority);
	assert_int_equal(shutdown(bench->fds[1], SHUT_WR), 0);
	assert_int_equal(
		session_tls_shake(&bench->tls), CURLE_SSL_CONNECT_ERROR);
	end(bench);
	begin(bench, "https://127.0.0.1/", bench->authority);
	hang_up(bench);
	assert_int_equal(session_tls_shake(&bench->tls), -EPIPE);
	end(bench);
}

static void authorities_must_be_certificates(void **state)
{
	const struct fr_http http = {.authorities = "/dev/null"};
	struct session_tls tls = {0};
	struct address address;

	(void)state;
	assert_true(address_of_url(&address, "https://127.0.0.1/") > 0);
	assert_int_equal(session_tls_open(&tls, &http, &address), -EINVAL);
	session_tls_close(&tls);
}

static void plain_sockets_fail_as_they_do(void **state)
{
	struct session_tls tls = {0};
	char byte;
	int fds[2];

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(session_tls_begin(&tls, fds[0]), 0);
	assert_int_equal(session_tls_shake(&tls), 1);
	assert_int_equal(session_tls_receive(&tls, fds[0], &byte, 1), -EAGAIN);
	close(fds[1]);
	assert_int_equal(session_tls_receive(&tls, fds[0], &byte, 1), 0);
	assert_int_equal(session_tls_send(&tls, fds[0], "x", 1), -EPIPE);
	session_tls_end(&tls);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_both_ways_until_the_server_ends),
		cmocka_unit_test(a_server_that_only_hangs_up_has_ended),
		cmocka_unit_test(bytes_that_are_no_tls_break_it),
		cmocka_unit_test(a_handshake_that_fails_says_why),
		cmocka_unit_test(authorities_must_be_certificates),
		cmocka_unit_test(plain_sockets_fail_as_they_do),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
