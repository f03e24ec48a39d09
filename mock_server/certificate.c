/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>

enum { DAY_S = 86400, DAYS = 365, SERIAL_BYTES = 16, HOST_MAX = 256 };

/* RFC 5280, 4.1.2.2: positive, and of 20 octets at most. */
static bool set_serial(X509 *x509)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number = NULL;
	bool done;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] = (bytes[0] & 0x7f) | 1;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	done = number &&
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
	BN_free(number);
	return done;
}

static bool add(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool done;

	X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	done = extension && X509_add_ext(x509, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

/* A certificate of that name and key without extensions, not signed yet. */
static X509 *begin(const char *name, EVP_PKEY *key)
{
	X509 *x509 = X509_new();
	X509_NAME *subject = x509 ? X509_get_subject_name(x509) : NULL;

	if (x509 && X509_set_version(x509, X509_VERSION_3) == 1 &&
		set_serial(x509) &&
		X509_gmtime_adj(X509_getm_notBefore(x509), -DAY_S) &&
		X509_time_adj_ex(X509_getm_notAfter(x509), DAYS, 0, NULL) &&
		X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
			(const unsigned char *)name, -1, -1, 0) == 1 &&
		X509_set_pubkey(x509, key) == 1)
		return x509;
	X509_free(x509);
	return NULL;
}

static X509 *make_authority(EVP_PKEY *key)
{
	X509 *x509 = begin("flagrace: authority of one server", key);

	if (x509 &&
		X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
		add(x509, x509, NID_basic_constraints,
			"critical,CA:TRUE,pathlen:0") &&
		add(x509, x509, NID_key_usage, "critical,keyCertSign") &&
		add(x509, x509, NID_subject_key_identifier, "hash") &&
		X509_sign(x509, key, EVP_sha256()))
		return x509;
	X509_free(x509);
	return NULL;
}

static void name_hosts(char *text, size_t size, const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];
	bool is_address = inet_pton(AF_INET, host, address) == 1 ||
		inet_pton(AF_INET6, host, address) == 1;

	(void)snprintf(text, size,
		"IP:127.0.0.1,IP:::1,IP:10.77.0.2,DNS:localhost,%s:%s",
		is_address ? "IP" : "DNS", host);
}

static X509 *make_server(
	EVP_PKEY *key, X509 *authority, EVP_PKEY *signer, const char *host)
{
	X509 *x509 = begin("flagrace", key);
	char hosts[HOST_MAX + 64];

	name_hosts(hosts, sizeof(hosts), host);
	if (x509 &&
		X509_set_issuer_name(x509, X509_get_subject_name(authority)) ==
			1 &&
		add(x509, authority, NID_basic_constraints,
			"critical,CA:FALSE") &&
		add(x509, authority, NID_key_usage,
			"critical,digitalSignature") &&
		add(x509, authority, NID_ext_key_usage, "serverAuth") &&
		add(x509, authority, NID_subject_key_identifier, "hash") &&
		add(x509, authority, NID_authority_key_identifier, "keyid") &&
		add(x509, authority, NID_subject_alt_name, hosts) &&
		X509_sign(x509, signer, EVP_sha256()))
		return x509;
	X509_free(x509);
	return NULL;
}

int certificate_make(struct certificate *certificate, const char *host)
{
	EVP_PKEY *signer = EVP_EC_gen("P-256");

	*certificate = (struct certificate){.key = EVP_EC_gen("P-256")};
	if (signer && certificate->key)
		certificate->authority = make_authority(signer);
	if (certificate->authority)
		certificate->server = make_server(
			certificate->key, certificate->authority, signer, host);
	EVP_PKEY_free(signer);
	if (certificate->server)
		return 0;
	certificate_release(certificate);
	return -ENOMEM;
}

void certificate_release(struct certificate *certificate)
{
	X509_free(certificate->authority);
	X509_free(certificate->server);
	EVP_PKEY_free(certificate->key);
	*certificate = (struct certificate){0};
}
