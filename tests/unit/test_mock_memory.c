/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What answers hold in memory: each file of a folder once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock_server/content.h"
#include "mock_server/control.h"
#include "mock_server/folder.h"
#include "mock_server/service.h"

/* A file that every system has, and that was not changed just now. */
#define OLD_FILE "etc/passwd"

static struct folder *open_folder(const char *path, int *fd)
{
	struct folder *folder;

	*fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(*fd >= 0);
	assert_int_equal(folder_create(&folder, *fd), 0);
	return folder;
}

static struct response find(struct folder *folder, const char *path)
{
	struct response response;

	assert_int_equal(
		folder_find(folder, (struct http_span){path, strlen(path)},
			&response),
		0);
	return response;
}

static void a_file_is_held_once_for_all_its_answers(void **state)
{
	int fd;
	struct folder *folder = open_folder("/", &fd);
	struct response first = find(folder, OLD_FILE);
	struct response second = find(folder, OLD_FILE);

	(void)state;
	assert_int_equal(first.status, 200);
	assert_ptr_equal(first.bytes, second.bytes);
	response_release(&first);
	folder_free(folder);
	/* An answer that is being sent outlives the folder. */
	assert_memory_equal(second.bytes, "HTTP/1.1 200 OK\r\n", 17);
	response_release(&second);
	(void)close(fd);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_body(const struct response *response, const char *text)
{
	assert_int_equal(response->body_length, strlen(text));
	assert_memory_equal(response->bytes + response->head_length, text,
		response->body_length);
}

static void a_file_is_answered_as_it_is_now(void **state)
{
	char path[] = "/tmp/test_mock_memory_XXXXXX", name[sizeof(path) + 8];
	struct response first, second;
	struct folder *folder;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(path));
	(void)snprintf(name, sizeof(name), "%s/a.txt", path);
	folder = open_folder(path, &fd);
	write_file(name, "one");
	first = find(folder, "a.txt");
	write_file(name, "two");
	second = find(folder, "a.txt");
	assert_body(&first, "one");
	assert_body(&second, "two");
	response_release(&first);
	response_release(&second);
	folder_free(folder);
	(void)close(fd);
	(void)unlink(name);
	(void)rmdir(path);
}

/* Or clients that read nothing could have the server copy without end. */
static void a_part_is_no_copy(void **state)
{
	int fd;
	struct folder *folder = open_folder("/", &fd);
	struct response whole = find(folder, OLD_FILE), part;

	(void)state;
	assert_true(whole.body_length > 10);
	assert_int_equal(response_init_part(&part, &whole, 3, 7), 0);
	assert_ptr_equal(part.body, whole.body + 3);
	assert_int_equal(part.body_length, 7);
	/* The part keeps the bytes. */
	response_release(&whole);
	folder_free(folder);
	assert_non_null(memmem(part.bytes, part.head_length,
		"\r\nContent-Range: bytes 3-9/", 27));
	assert_true(memchr(part.body, '\0', part.body_length) == NULL);
	response_release(&part);
	(void)close(fd);
}

static void admitted(struct exchange *exchange)
{
	(void)exchange;
}

static void ask_config(struct control *control, struct exchange *exchange)
{
	static const char path[] = "/_flagrace/config";
	const struct http_request get = {.method = HTTP_GET,
		.line = {"-", 1},
		.path = {path, sizeof(path) - 1}};
	struct mailbox mailbox = {.wake_fd = -1};
	const struct origin origin = {
		.connection = 1, .fd = -1, .mailbox = &mailbox};

	exchange->admitted = admitted;
	assert_int_equal(control_arrive(control, exchange, &get, &origin), 0);
}

static void answers_of_control_that_wait_are_bounded(void **state)
{
	struct exchange first, second, third;
	struct settings settings;
	struct content *content;
	struct service service;
	struct control control;

	(void)state;
	settings_init(&settings);
	assert_int_equal(content_create(&content, -1, 0), 0);
	assert_int_equal(service_init(&service, &settings, content, NULL), 0);
	control_init(&control, &service);
	control.bytes = CONTROL_BYTES_MAX;
	ask_config(&control, &first);
	assert_int_equal(first.response.status, 200);
	ask_config(&control, &second);
	assert_int_equal(second.response.status, 503);
	service_finish(&service, &first, true);
	ask_config(&control, &third);
	assert_int_equal(third.response.status, 200);
	service_finish(&service, &second, true);
	service_finish(&service, &third, false);
	assert_int_equal(control.bytes, CONTROL_BYTES_MAX);
	control_release(&control);
	service_release(&service);
	content_drop(content);
}

static void an_answer_to_head_holds_no_body(void **state)
{
	static const char path[] = "/flags/" OLD_FILE;
	const struct http_request head = {.method = HTTP_HEAD,
		.line = {"-", 1},
		.path = {path, sizeof(path) - 1}};
	int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mailbox mailbox = {.wake_fd = -1};
	const struct origin origin = {
		.connection = 1, .fd = -1, .mailbox = &mailbox};
	struct exchange exchange = {.admitted = admitted};
	struct settings settings;
	struct content *content;
	struct service service;

	(void)state;
	settings_init(&settings);
	assert_int_equal(content_create(&content, root_fd, 0), 0);
	assert_int_equal(service_init(&service, &settings, content, NULL), 0);
	assert_int_equal(
		service_arrive(&service, &exchange, &head, &origin), 0);
	assert_int_equal(exchange.response.status, 200);
	assert_non_null(memmem(exchange.response.bytes,
		exchange.response.head_length, "Content-Length: ", 16));
	assert_int_equal(exchange.response.body_length, 0);
	assert_false(response_is_shared(&exchange.response));
	service_finish(&service, &exchange, true);
	service_release(&service);
	content_drop(content);
	(void)close(root_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_held_once_for_all_its_answers),
		cmocka_unit_test(a_file_is_answered_as_it_is_now),
		cmocka_unit_test(a_part_is_no_copy),
		cmocka_unit_test(answers_of_control_that_wait_are_bounded),
		cmocka_unit_test(an_answer_to_head_holds_no_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
