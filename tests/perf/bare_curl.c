/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Downloads with libcurl and nothing else: no harness, no hash, no header for the
 * witness. A strategy of that kind cannot be faster.
 *
 *   bare-curl sequential|threads|multi[-kept|-like] URL N CONCURRENCY
 *
 * Downloads N times from URL. libcurl parses it each time, but with -kept once.
 * With -like libcurl also gets the options of the harness's client that cost it
 * something with each request, such as the header line for the witness. Prints the
 * milliseconds that it took, and the CPU time of the whole process in
 * milliseconds.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct work {
	const char *url;
	CURLU *parsed; /* the same; NULL: libcurl parses it for each request */
	struct curl_slist *headers; /* NULL: no options of the harness */
	size_t n;
	atomic_size_t next;
	atomic_size_t failed;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double cpu_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static size_t ignore(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

/* As in harness/client/client_options.c. */
static void set_like_harness(CURL *easy, const struct work *work)
{
	CURLSH *own = curl_share_init();

	curl_share_setopt(own, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	curl_easy_setopt(easy, CURLOPT_SHARE, own);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, work->headers);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, ignore);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10001L);
	curl_easy_setopt(easy, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
	curl_easy_setopt(easy, CURLOPT_FAILONERROR, 0L);
}

static CURL *open_easy(const struct work *work)
{
	CURL *easy = curl_easy_init();

	if (!easy)
		abort();
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
	if (work->parsed)
		curl_easy_setopt(easy, CURLOPT_CURLU, work->parsed);
	else
		curl_easy_setopt(easy, CURLOPT_URL, work->url);
	if (work->headers)
		set_like_harness(easy, work);
	return easy;
}

struct worker {
	struct work *work;
	CURL *easy;
	pthread_t thread;
};

static void *serve_queue(void *arg)
{
	struct worker *worker = arg;
	struct work *work = worker->work;

	while (atomic_fetch_add(&work->next, 1) < work->n)
		if (curl_easy_perform(worker->easy) != CURLE_OK)
			atomic_fetch_add(&work->failed, 1);
	return NULL;
}

static double with_threads(struct work *work, size_t count)
{
	struct worker *workers = calloc(count, sizeof(*workers));
	double start;

	if (!workers)
		abort();
	for (size_t i = 0; i < count; i++)
		workers[i] = (struct worker){work, open_easy(work), 0};
	start = now_ms();
	for (size_t i = 0; i < count; i++)
		if (pthread_create(
			    &workers[i].thread, NULL, serve_queue, &workers[i]))
			abort();
	for (size_t i = 0; i < count; i++)
		pthread_join(workers[i].thread, NULL);
	start = now_ms() - start;
	for (size_t i = 0; i < count; i++)
		curl_easy_cleanup(workers[i].easy);
	free(workers);
	return start;
}

static double sequential(struct work *work)
{
	struct worker worker = {work, open_easy(work), 0};
	double start = now_ms();

	serve_queue(&worker);
	start = now_ms() - start;
	curl_easy_cleanup(worker.easy);
	return start;
}

static double with_multi(struct work *work, size_t count)
{
	CURLM *multi = curl_multi_init();
	CURL **easy = calloc(count, sizeof(CURL *));
	size_t done = 0;
	double start;

	if (!multi || !easy)
		abort();
	for (size_t i = 0; i < count; i++)
		easy[i] = open_easy(work);
	start = now_ms();
	for (; work->next < count && work->next < work->n; work->next++)
		curl_multi_add_handle(multi, easy[work->next]);
	while (done < work->n) {
		CURLMsg *message;
		int running, left;

		curl_multi_perform(multi, &running);
		while ((message = curl_multi_info_read(multi, &left))) {
			CURL *handle = message->easy_handle;

			if (message->data.result != CURLE_OK)
				work->failed++;
			done++;
			curl_multi_remove_handle(multi, handle);
			if (work->next < work->n) {
				work->next++;
				curl_multi_add_handle(multi, handle);
			}
		}
		if (done < work->n)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	start = now_ms() - start;
	for (size_t i = 0; i < count; i++)
		curl_easy_cleanup(easy[i]);
	curl_multi_cleanup(multi);
	free(easy);
	return start;
}

int main(int argc, char **argv)
{
	struct work work = {0};
	size_t count;
	double ms;

	if (argc != 5)
		return 2;
	work.url = argv[2];
	work.n = strtoul(argv[3], NULL, 10);
	count = strtoul(argv[4], NULL, 10);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (strchr(argv[1], '-')) {
		work.parsed = curl_url();
		if (curl_url_set(work.parsed, CURLUPART_URL, work.url, 0))
			abort();
	}
	if (strstr(argv[1], "-like"))
		work.headers = curl_slist_append(
			NULL, "X-Flagrace-Item: 0123456789abcdef/12345/1");
	if (strncmp(argv[1], "sequential", 10) == 0)
		ms = sequential(&work);
	else if (strncmp(argv[1], "threads", 7) == 0)
		ms = with_threads(&work, count);
	else
		ms = with_multi(&work, count);
	curl_url_cleanup(work.parsed);
	curl_slist_free_all(work.headers);
	curl_global_cleanup();
	printf("%.3f %.3f\n", ms, cpu_ms());
	return work.failed ? 1 : 0;
}
