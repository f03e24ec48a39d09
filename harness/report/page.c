/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole page: report/report.html, with its marks {{NAME}} replaced. Scripts run
 * only if they are the one below: the page names its hash (Content Security Policy,
 * W3C), so a text of a run could not be a script even if it became markup.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"
#include "harness/record/run_folder.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "report_page.h"

#ifdef BUILD_OPENSSL
#include <openssl/evp.h>
#include <openssl/sha.h>
#endif

static const char *const scripts[] = {report_uPlot_iife_min_js, report_sort_js,
	report_values_js, report_requests_js, NULL};
static const char *const styles[] = {
	report_svg_css, report_uPlot_min_css, report_report_css, NULL};

static void write_all_of(FILE *out, const char *const *texts)
{
	for (size_t i = 0; texts[i]; i++)
		fprintf(out, "%s\n", texts[i]);
}

#ifdef BUILD_OPENSSL
/* "sha256-" and the hash of the scripts in base 64. Returns 0 or -ENOMEM. */
static int write_hash(FILE *out)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	unsigned char text[2 * SHA256_DIGEST_LENGTH];
	char *script = NULL;
	size_t size = 0;
	FILE *all = open_memstream(&script, &size);
	int rc = -ENOMEM;

	if (!all)
		return rc;
	write_all_of(all, scripts);
	if (!text_stream_close(all, &script) &&
		EVP_Digest(script, size, hash, NULL, EVP_sha256(), NULL)) {
		(void)EVP_EncodeBlock(text, hash, sizeof(hash));
		fprintf(out, "sha256-%s", (const char *)text);
		rc = 0;
	}
	free(script);
	return rc;
}
#else
/* A build without OpenSSL has no hash: the page lets any script of it run. */
static int write_hash(FILE *out)
{
	return fputs("unsafe-inline", out) < 0 ? -ENOMEM : 0;
}
#endif

/* What the marks are replaced by. */
struct page {
	const char *title, *body;
	const json_t *data;
};

/* Returns 0 or -ENOMEM. */
static int write_mark(
	FILE *out, const char *name, size_t length, const struct page *page)
{
	char time[40];

	iso_time_now(time, sizeof(time));
	time[strcspn(time, ".")] = '\0';
	if (!strncmp(name, "hash", length))
		return write_hash(out);
	if (!strncmp(name, "data", length))
		return html_json(out, page->data);
	if (!strncmp(name, "title", length))
		html_text(out, page->title);
	else if (!strncmp(name, "body", length))
		fputs(page->body, out);
	else if (!strncmp(name, "version", length))
		fputs(FLAGRACE_VERSION, out);
	else if (!strncmp(name, "time", length))
		fprintf(out, "%sZ", time);
	else if (!strncmp(name, "style", length))
		write_all_of(out, styles);
	else if (!strncmp(name, "script", length))
		write_all_of(out, scripts);
	return 0;
}

int report_page(
	FILE *out, const char *title, const char *body, const json_t *data)
{
	const struct page page = {.title = title, .body = body, .data = data};
	const char *at = report_report_html, *mark;
	int rc = 0;

	while (!rc && (mark = strstr(at, "{{"))) {
		const char *end = strstr(mark, "}}");

		(void)fwrite(at, 1, (size_t)(mark - at), out);
		rc = write_mark(out, mark + 2, (size_t)(end - mark - 2), &page);
		at = end + 2;
	}
	fputs(at, out);
	return rc;
}

void report_head(struct report *report, const char *words)
{
	int level = report->terms->runs == 1 ? 2 : 3;

	fprintf(report->out, "<h%d>", level);
	html_text(report->out, words);
	fprintf(report->out, "</h%d>\n", level);
}
