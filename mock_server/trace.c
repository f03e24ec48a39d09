/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/trace.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mock_server/mark.h"
#include "mock_server/span.h"
#include "mock_server/spec.h"

enum { FIRST_CAPACITY = 1024, FILE_MAX = 64 << 20, PIECE = 65536 };

/* A file that is being read. */
struct trace_reader {
	struct trace *trace;
	size_t capacity;
	size_t row, column; /* from 1 and from 0 */
	size_t wanted;      /* the column to keep; SIZE_MAX: not found yet */
	bool found;         /* this row has had it */
	int rc;
};

static int add(struct trace_reader *reader, uint64_t ns)
{
	struct trace *trace = reader->trace;
	size_t count = trace ? trace->count : 0;

	if (count == TRACE_ROWS_MAX)
		return -EFBIG;
	if (count == reader->capacity) {
		size_t capacity = count ? count * 2 : FIRST_CAPACITY;

		trace = realloc(trace,
			sizeof(*trace) + capacity * sizeof(trace->ns[0]));
		if (!trace)
			return -ENOMEM;
		trace->count = count;
		reader->trace = trace;
		reader->capacity = capacity;
	}
	trace->ns[trace->count++] = ns;
	return 0;
}

static void take_field(void *text, size_t length, void *data)
{
	struct trace_reader *reader = data;
	const struct http_span digits = {text, length};
	size_t column = reader->column++;
	uint64_t ns;

	if (reader->rc)
		return;
	if (reader->row == 1) {
		if (length == 8 && memcmp(text, "delay_ns", 8) == 0)
			reader->wanted = column;
		return;
	}
	if (column != reader->wanted)
		return;
	reader->found = true;
	reader->rc = http_span_number(digits, SPEC_DURATION_MAX_NS, &ns)
		? add(reader, ns)
		: -EINVAL;
}

static void end_row(int character, void *data)
{
	struct trace_reader *reader = data;

	(void)character;
	if (reader->rc)
		return;
	if (reader->row == 1 ? reader->wanted == SIZE_MAX : !reader->found) {
		reader->rc = -EINVAL;
		return;
	}
	reader->row++;
	reader->column = 0;
	reader->found = false;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The next n bytes, with `total` of them before. Returns 0 or -errno. */
static int take_piece(struct trace_reader *reader, struct csv_parser *parser,
	const char *piece, size_t n, size_t total)
{
	const char *alien = NULL;
	size_t mark = total ? 0 : text_mark(piece, n, &alien);

	if (alien)
		return -EILSEQ;
	if (total + n > FILE_MAX)
		return -EFBIG;
	n -= mark;
	if (csv_parse(parser, piece + mark, n, take_field, end_row, reader) !=
		n)
		return -EINVAL;
	return reader->rc;
}

static int read_all(struct trace_reader *reader, int fd)
{
	struct csv_parser parser;
	char piece[PIECE];
	size_t total = 0;
	ssize_t n;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return -ENOMEM;
	while (!reader->rc && (n = read(fd, piece, sizeof(piece))) != 0) {
		reader->rc = n < 0
			? -errno
			: take_piece(reader, &parser, piece, (size_t)n, total);
		total += n > 0 ? (size_t)n : 0;
	}
	if (!reader->rc && csv_fini(&parser, take_field, end_row, reader))
		reader->rc = -EINVAL;
	csv_free(&parser);
	return reader->rc;
}

int trace_read(struct trace **out, const char *path, size_t *row)
{
	struct trace_reader reader = {.row = 1, .wanted = SIZE_MAX};
	struct stat status;
	/* Not to block on a FIFO without a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int rc;

	*out = NULL;
	*row = 0;
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status))
		rc = -errno;
	else if (!S_ISREG(status.st_mode))
		rc = -ENODEV;
	else
		rc = read_all(&reader, fd);
	(void)close(fd);
	*row = reader.row;
	if (!rc && !reader.trace)
		rc = -EINVAL;
	if (rc) {
		free(reader.trace);
		return rc;
	}
	reader.trace->references = 1;
	qsort(reader.trace->ns, reader.trace->count,
		sizeof(reader.trace->ns[0]), compare);
	*out = reader.trace;
	return 0;
}

struct trace *trace_share(struct trace *trace)
{
	if (trace)
		trace->references++;
	return trace;
}

void trace_drop(struct trace *trace)
{
	if (trace && --trace->references == 0)
		free(trace);
}
