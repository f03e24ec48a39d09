/* SPDX-License-Identifier: GPL-3.0-or-later */
/* C++ std::async: a new thread for each task, at most WORKERS at a time. */
#include "bench.h"

#include <future>
#include <vector>

int main(int argc, char **argv)
{
	struct arguments a = read_arguments(argc, argv);
	std::vector<std::future<size_t>> fs(a.workers);
	int64_t begin = now_ns();

	for (size_t i = 0; i < a.tasks; i++) {
		std::future<size_t> &f = fs[i % a.workers];

		if (f.valid())
			must(f.get() == i - a.workers);
		f = std::async(std::launch::async, [i] { return i; });
	}
	for (std::future<size_t> &f : fs)
		if (f.valid())
			f.get();
	print_per_task(begin, a.tasks);
	return 0;
}
