/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of progress on a terminal, which is as wide as the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/view/progress.h"

/* What is written before a trial to a terminal of so many columns. */
static void shown(char *text, size_t size, unsigned short columns)
{
	const struct winsize wide = {.ws_row = 24, .ws_col = columns};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), side, error;
	struct progress progress;
	struct trial_row row;
	ssize_t length;

	assert_true(terminal >= 0);
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	assert_true(side >= 0);
	assert_int_equal(ioctl(side, TIOCSWINSZ, &wide), 0);
	trial_row_init(&row);
	row.block = 12;
	row.concurrency = 20;
	(void)snprintf(
		row.strategy, sizeof(row.strategy), "pthread-as-completed");
	error = dup(STDERR_FILENO);
	assert_true(dup2(side, STDERR_FILENO) >= 0);
	progress_init(&progress, false, 400, 20);
	progress_watch(&progress).next(&progress, &row);
	(void)fflush(stderr);
	assert_true(dup2(error, STDERR_FILENO) >= 0);
	length = read(terminal, text, size - 1);
	assert_true(length > 0);
	text[length] = '\0';
	close(error);
	close(side);
	close(terminal);
}

static void a_line_never_goes_on_in_the_next(void **state)
{
	static const char start[] = "\r\033[K";
	char text[512];

	(void)state;
	shown(text, sizeof(text), 100);
	assert_string_equal(text,
		"\r\033[Ktrial 1 of 400, block 12: pthread-as-completed@20");
	for (unsigned short columns = 1; columns <= 60; columns++) {
		shown(text, sizeof(text), columns);
		assert_memory_equal(text, start, strlen(start));
		assert_true(strlen(text) - strlen(start) < columns);
	}
	/* one that does not tell is taken for an ordinary one */
	shown(text, sizeof(text), 0);
	assert_non_null(strstr(text, "pthread-as-completed@20"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_never_goes_on_in_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
