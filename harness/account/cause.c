/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/cause.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHER     "other"
#define ELSEWHERE "request the URL that the answer names"

/* What is known of each cause; all others are their own words. */
static const struct {
	const char *cause, *words, *remedy;
} vocabulary[] = {
	{"refused", "connection refused",
		"is the server up? A full listen backlog and "
		"--max-connections also refuse connections"},
	{"no-port", "no local port",
		"reuse connections, or widen net.ipv4.ip_local_port_range"},
	{"no-descriptor", "no file descriptor",
		"raise the limit (ulimit -n) or lower the concurrency"},
	{"cut-short", "cut short", NULL},
	{"dns", "name not found", "is the name of the host right?"},
	{"certificate", "certificate not accepted", NULL},
	{"tls", "TLS failed", NULL},
	{"protocol", "not HTTP", "does the server speak this version of HTTP?"},
	{"too-large", "too large", NULL},
	/* Redirections (RFC 9110, 15.4). */
	{"status-301", "301, not followed", ELSEWHERE},
	{"status-302", "302, not followed", ELSEWHERE},
	{"status-303", "303, not followed", ELSEWHERE},
	{"status-307", "307, not followed", ELSEWHERE},
	{"status-308", "308, not followed", ELSEWHERE},
	{OTHER, "another failure", NULL},
};

/* The cause when a system call failed with that errno. */
static const char *of_system(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "refused";
	case ECONNRESET:
	case ECONNABORTED:
		return "reset";
	case EPIPE:
		return "closed";
	case ETIMEDOUT:
		return "timeout";
	case EADDRNOTAVAIL:
		return "no-port";
	case EMFILE:
	case ENFILE:
		return "no-descriptor";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case EACCES:
	case EPERM:
		return "unreachable";
	case EFBIG:
		return "too-large";
	default:
		return OTHER;
	}
}

static const char *of_curl(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return "refused";
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "dns";
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2_STREAM:
		return "reset";
	case CURLE_GOT_NOTHING:
		return "closed";
	case CURLE_PARTIAL_FILE:
		return "cut-short";
	case CURLE_OPERATION_TIMEDOUT:
		return "timeout";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CLIENTCERT:
		return "certificate";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_SHUTDOWN_FAILED:
	case CURLE_USE_SSL_FAILED:
		return "tls";
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_HTTP2:
	case CURLE_HTTP3:
	case CURLE_BAD_CONTENT_ENCODING:
		return "protocol";
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		return "too-large";
	default:
		return OTHER;
	}
}

void cause_of(char cause[CAUSE_MAX], const struct fr_sample *sample)
{
	const char *word = "";

	switch ((enum fr_status)sample->status) {
	case FR_HTTP_ERROR:
		(void)snprintf(cause, CAUSE_MAX, "status-%03u",
			(unsigned)sample->http_status);
		return;
	case FR_TIMEOUT:
		word = "timeout";
		break;
	case FR_NET_ERROR:
		word = sample->error < 0 ? of_system(-sample->error)
					 : of_curl((CURLcode)sample->error);
		break;
	case FR_NOT_RUN:
	case FR_OK:
	case FR_CANCELLED:
	case FR_AGAIN:
		break;
	}
	(void)snprintf(cause, CAUSE_MAX, "%s", word);
}

bool cause_is_no_connection(const struct fr_sample *sample)
{
	static const char *const words[] = {"refused", "unreachable", "no-port",
		"no-descriptor", "dns", "certificate", "tls"};
	char cause[CAUSE_MAX];

	if (sample->status != FR_NET_ERROR || sample->http_status ||
		sample->first_byte_ns)
		return false;
	cause_of(cause, sample);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(cause, words[i]))
			return true;
	/* The kernel gave up connecting before the client's time limit. */
	return sample->error == -ETIMEDOUT;
}

const char *cause_error_text(int32_t error)
{
	if (error < 0)
		return strerror(-error);
	/* Only looks up a table, so libcurl keeps no state across a fork. */
	return curl_easy_strerror((CURLcode)error);
}

const char *cause_remedy(const char *cause)
{
	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(*vocabulary); i++)
		if (!strcmp(cause, vocabulary[i].cause))
			return vocabulary[i].remedy;
	return NULL;
}

const char *cause_words(const char *cause)
{
	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(*vocabulary); i++)
		if (!strcmp(cause, vocabulary[i].cause))
			return vocabulary[i].words;
	return strncmp(cause, "status-", strlen("status-"))
		? cause
		: cause + strlen("status-");
}

void causes_add(struct causes *causes, const char *cause, uint64_t times)
{
	size_t i = 0;

	if (!times)
		return;
	while (i < causes->count && strcmp(causes->list[i].cause, cause))
		i++;
	/* The last entry is reserved for "other". */
	if (i == causes->count && i >= CAUSES_MAX - 1 && strcmp(cause, OTHER)) {
		causes_add(causes, OTHER, times);
		return;
	}
	if (i == causes->count) {
		(void)snprintf(causes->list[i].cause, CAUSE_MAX, "%s", cause);
		causes->list[i].times = 0;
		causes->count++;
	}
	causes->list[i].times += times;
}

static int by_times(const void *a, const void *b)
{
	const struct cause_count *x = a, *y = b;

	if (x->times != y->times)
		return x->times > y->times ? -1 : 1;
	return strcmp(x->cause, y->cause);
}

void causes_sort(struct causes *causes)
{
	if (causes->count)
		qsort(causes->list, causes->count, sizeof(causes->list[0]),
			by_times);
}

void causes_write(char *text, size_t size, const struct causes *causes)
{
	/* Reserved for "; 18446744073709551615 other". */
	const size_t rest = 28;
	uint64_t others = 0;
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < causes->count; i++) {
		char part[48];
		int length = snprintf(part, sizeof(part), "%s%" PRIu64 " %s",
			used ? "; " : "", causes->list[i].times,
			causes->list[i].cause);

		if (used + (size_t)length + rest < size) {
			memcpy(text + used, part, (size_t)length + 1);
			used += (size_t)length;
		} else {
			others += causes->list[i].times;
		}
	}
	if (others)
		(void)snprintf(text + used, size - used, "%s%" PRIu64 " %s",
			used ? "; " : "", others, OTHER);
}

void causes_read(struct causes *causes, const char *text)
{
	uint64_t times;
	char cause[CAUSE_MAX];
	int length;

	while (sscanf(text, "%" SCNu64 " %15[a-z0-9-]%n", &times, cause,
		       &length) == 2) {
		causes_add(causes, cause, times);
		text += length;
		if (text[0] != ';' || text[1] != ' ')
			break;
		text += 2;
	}
}
