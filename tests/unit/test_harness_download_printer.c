/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a killed worker leaves of a flag, and who takes it away. */
#include "test_harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/view/download_printer.h"

static void only_partial_files_of_its_own_are_removed(void **state)
{
	static const struct {
		const char *name;
		bool stays;
	} files[] = {
		{".br.gif.4711.12.part", false},
		{".cn.gif.4711.4711.part", false},
		{".br.gif.471.12.part", true},
		{".br.gif.4712.12.part", true},
		{".br.gif.4711.12.part2", true},
		{".br.gif.4711.part", true},
		{"br.gif", true},
	};
	char path[] = "/tmp/flagrace-test-XXXXXX";
	struct download_printer printer = {.owner = 4711};

	(void)state;
	assert_non_null(mkdtemp(path));
	printer.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(printer.folder >= 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		close(openat(printer.folder, files[i].name,
			O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	download_printer_clean(&printer);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int rc = unlinkat(printer.folder, files[i].name, 0);

		if ((rc == 0) != files[i].stays)
			fail_msg("%s", files[i].name);
	}
	close(printer.folder);
	assert_int_equal(rmdir(path), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_partial_files_of_its_own_are_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
