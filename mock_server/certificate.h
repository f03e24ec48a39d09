/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A certificate authority and a certificate that it issued to this server, both
 * made anew for each server. The keys are in memory only; that of the authority
 * is forgotten once the certificate is made. Any thread.
 */
#ifndef MOCK_SERVER_CERTIFICATE_H
#define MOCK_SERVER_CERTIFICATE_H

#include <openssl/x509.h>

/* Zeroed: none. */
struct certificate {
	EVP_PKEY *key; /* EC, P-256 */
	X509 *server;
	X509 *authority;
};

/*
 * Makes both. The certificate is valid for loopback addresses, localhost, the
 * server's address on an emulated link (10.77.0.2), and `host`, a name or an
 * address; from a day ago, for a year. Returns 0; or -ENOMEM, also for any
 * other failure of OpenSSL, and there is nothing to release.
 */
int certificate_make(struct certificate *certificate, const char *host);

/* A zeroed one is accepted. */
void certificate_release(struct certificate *certificate);

#endif
