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

#include "harness/view/check_progress.h"
#include "harness/view/progress.h"

/* What `show` writes to a terminal of so many columns. */
static void shown(
	char *text, size_t size, unsigned short columns, void (*show)(void))
{
	const struct winsize wide = {.ws_row = 24, .ws_col = columns};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), side, error;
	ssize_t length;

	assert_true(terminal >= 0);
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	assert_true(side >= 0);
	assert_int_equal(ioctl(side, TIOCSWINSZ, &wide), 0);
	error = dup(STDERR_FILENO);
	assert_true(dup2(side, STDERR_FILENO) >= 0);
	show();
	(void)fflush(stderr);
	assert_true(dup2(error, STDERR_FILENO) >= 0);
	length = read(terminal, text, size - 1);
	assert_true(length > 0);
	text[length] = '\0';
	close(error);
	close(side);
	close(terminal);
}

/* Before a trial of a run. */
static void show_trial(void)
{
	struct progress progress;
	struct trial_row row;

	trial_row_init(&row);
	row.block = 12;
	row.concurrency = 20;
	(void)snprintf(
		row.strategy, sizeof(row.strategy), "pthread-as-completed");
	progress_init(&progress, false, 400, 20);
	progress_watch(&progress).next(&progress, &row);
}

static void judge(struct progress *progress, const char *strategy,
	uint64_t total_ns, const char *failures)
{
	struct trial_row row;

	trial_row_init(&row);
	row.block = 1;
	row.concurrency = 20;
	row.verdict = VERDICT_VALID;
	row.total_ns = total_ns;
	(void)snprintf(row.strategy, sizeof(row.strategy), "%s", strategy);
	(void)snprintf(row.failures, sizeof(row.failures), "%s", failures);
	progress_watch(progress).judged(progress, &row);
}

/* After trials of several cells: null and those that fail do not lead. */
static void show_leader(void)
{
	struct progress progress;
	struct trial_row row;

	progress_init(&progress, false, 400, 4);
	judge(&progress, "sequential", 90000000, "");
	judge(&progress, "epoll", 54600000, "");
	judge(&progress, "epoll", 54800000, "");
	judge(&progress, "epoll", 99000000, "");
	judge(&progress, "http2", 1000000, "1 reset");
	judge(&progress, "null", 1000, "");
	trial_row_init(&row);
	row.block = 2;
	row.concurrency = 20;
	(void)snprintf(row.strategy, sizeof(row.strategy), "epoll");
	progress.at_most = true; /* no forecast of the time */
	progress_watch(&progress).next(&progress, &row);
	leaders_release(&progress.leaders);
}

/* Before a block of a check. */
static void show_block(void)
{
	const struct check_progress progress = {.set = 2,
		.done = 0,
		.due = 48,
		.look = 12,
		.gated = 16,
		.undecided = 3};
	struct check_progress_view view;

	check_progress_init(&view);
	check_progress_watch(&view).block(&view, &progress);
}

/* While a check waits for the machine. */
static void show_wait(void)
{
	struct check_progress_view view;

	check_progress_init(&view);
	check_progress_watch(&view).waits(&view, 96, 0, false, false);
}

/* Lines of any width are cleared in one go, because none is wrapped. */
static void assert_fits(void (*show)(void))
{
	static const char start[] = "\r\033[K";
	char text[512];

	for (unsigned short columns = 1; columns <= 90; columns++) {
		shown(text, sizeof(text), columns, show);
		assert_memory_equal(text, start, strlen(start));
		assert_true(strlen(text) - strlen(start) < columns);
	}
}

static void a_line_never_goes_on_in_the_next(void **state)
{
	char text[512];

	(void)state;
	shown(text, sizeof(text), 100, show_trial);
	assert_string_equal(text,
		"\r\033[Ktrial 1 of 400, block 12: pthread-as-completed@20");
	assert_fits(show_trial);
	/* one that does not tell is taken for an ordinary one */
	shown(text, sizeof(text), 0, show_trial);
	assert_non_null(strstr(text, "pthread-as-completed@20"));
}

static void a_check_says_how_far_it_has_come(void **state)
{
	char text[512];

	(void)state;
	shown(text, sizeof(text), 100, show_block);
	assert_string_equal(text,
		"\r\033[Ksecond set, block 1 of 48 up to the look at 12; 3 of 16 "
		"gated rows undecided");
	assert_fits(show_block);
	shown(text, sizeof(text), 100, show_wait);
	assert_string_equal(text,
		"\r\033[Kwaiting for the machine to settle: tasks wait for a CPU "
		"96 % of the time");
	assert_fits(show_wait);
}

static void who_leads_is_told_where_there_is_room(void **state)
{
	char text[512];

	(void)state;
	shown(text, sizeof(text), 100, show_leader);
	assert_string_equal(text,
		"\r\033[Ktrial 7 of at most 400, block 2: epoll@20; leads: "
		"epoll@20 54.80 ms");
	shown(text, sizeof(text), 60, show_leader);
	assert_string_equal(
		text, "\r\033[Ktrial 7 of at most 400, block 2: epoll@20");
	assert_fits(show_leader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_never_goes_on_in_the_next),
		cmocka_unit_test(who_leads_is_told_where_there_is_room),
		cmocka_unit_test(a_check_says_how_far_it_has_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
