/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a link: its grammar and its limits. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "link/error.h"
#include "link/link.h"

#define EXAMPLE      "rtt=40ms,rate=20Mbit/s,loss=1%"
#define MOST_NS      (60 * 1e9)
#define LEAST_BITS   1e3
#define MOST_BITS    1e10
#define MOST_PACKETS 1e6
/* What a queue holds if the text does not say it: 150 kB of full packets. */
enum { QUEUE_PACKETS = 100 };

/* A text while it is read. */
struct text {
	const char *all, *at;
	struct link_spec *spec;
	struct link_error *err;
};

struct unit {
	const char *name; /* NULL: no more */
	double factor;
};

static const struct unit times[] = {
	{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {NULL, 0}};
static const struct unit rates[] = {{"bit/s", 1}, {"kbit/s", 1e3},
	{"Mbit/s", 1e6}, {"Gbit/s", 1e9}, {NULL, 0}};
static const struct unit shares[] = {{"%", 1e4}, {"", 1e6}, {NULL, 0}};
static const struct unit counts[] = {{"", 1}, {NULL, 0}};

static size_t item_length(const char *item)
{
	return strcspn(item, ",");
}

enum { SHOWN_MAX = 40 };

/* How much of a text to show, for "%.*s". */
static int shown(size_t length)
{
	return length < SHOWN_MAX ? (int)length : SHOWN_MAX;
}

/* Fails at the item that begins at text->at. */
static int fail(const struct text *text, const char *right)
{
	return link_error_set(text->err, -EINVAL,
		"link '%.*s', column %zu: '%.*s': %s; for example %s",
		shown(strlen(text->all)), text->all,
		(size_t)(text->at - text->all) + 1,
		shown(item_length(text->at)), text->at, right, EXAMPLE);
}

/*
 * Reads the value of an item: a number and one of the units. Returns whether
 * it is one, from least to most.
 */
static bool read_value(double *value, const char *item, const struct unit *unit,
	double least, double most)
{
	const char *text = strchr(item, '=') + 1;
	size_t length = item_length(text), digits = strspn(text, "0123456789.");
	char *end;
	double number = strtod(text, &end);

	/* strtod(3) also accepts signs, blanks, 0x10, 1e9 and inf. */
	if (!digits || end != text + digits)
		return false;
	for (; unit->name; unit++)
		if (length - digits == strlen(unit->name) &&
			memcmp(end, unit->name, length - digits) == 0)
			break;
	if (!unit->name)
		return false;
	/* 0.000000007s is slightly less than 7 ns in binary. */
	*value = floor(number * unit->factor * (1 + 1e-15) + 1e-6);
	return *value >= least && *value <= most;
}

static int take_rtt(struct text *text)
{
	double ns;

	if (!read_value(&ns, text->at, times, 0, MOST_NS))
		return fail(text, "a round trip is a time from 0s to 60s");
	/* The odd nanosecond is the way up's. */
	text->spec->way[LINK_DOWN].delay_ns = (uint64_t)ns / 2;
	text->spec->way[LINK_UP].delay_ns = ((uint64_t)ns + 1) / 2;
	return 0;
}

static int take_jitter(struct text *text)
{
	double ns;

	if (!read_value(&ns, text->at, times, 0, MOST_NS))
		return fail(text, "jitter is a time from 0s to 60s");
	for (int i = 0; i < LINK_WAYS; i++)
		text->spec->way[i].jitter_ns = (uint64_t)ns;
	return 0;
}

static int take_rate_of(struct text *text, bool up, bool down)
{
	double bits;

	if (!read_value(&bits, text->at, rates, LEAST_BITS, MOST_BITS))
		return fail(text,
			"a rate is from 1kbit/s to 10Gbit/s (bit/s, kbit/s, "
			"Mbit/s or Gbit/s)");
	if (up)
		text->spec->way[LINK_UP].rate_bits = (uint64_t)bits;
	if (down)
		text->spec->way[LINK_DOWN].rate_bits = (uint64_t)bits;
	return 0;
}

static int take_rate(struct text *text)
{
	return take_rate_of(text, true, true);
}

static int take_up(struct text *text)
{
	return take_rate_of(text, true, false);
}

static int take_down(struct text *text)
{
	return take_rate_of(text, false, true);
}

static int take_loss(struct text *text)
{
	double ppm;

	if (!read_value(&ppm, text->at, shares, 0, 1e6))
		return fail(text, "loss is 0% to 100%, or 0 to 1");
	for (int i = 0; i < LINK_WAYS; i++)
		text->spec->way[i].loss_ppm = (uint32_t)ppm;
	return 0;
}

static int take_queue(struct text *text)
{
	double packets = 0, ns = 0;

	if (!read_value(&packets, text->at, counts, 1, MOST_PACKETS)) {
		packets = 0;
		if (!read_value(&ns, text->at, times, 1, MOST_NS))
			return fail(text,
				"a queue is a number of packets from 1 to "
				"1000000, or a time from 1ns to 60s");
	}
	for (int i = 0; i < LINK_WAYS; i++) {
		text->spec->way[i].queue_packets = (uint64_t)packets;
		text->spec->way[i].queue_ns = (uint64_t)ns;
	}
	return 0;
}

static int take_reorder(struct text *text)
{
	for (int i = 0; i < LINK_WAYS; i++)
		text->spec->way[i].reorder = true;
	return 0;
}

static const struct item {
	const char *start;
	bool whole; /* the item is `start`, without a value */
	int (*take)(struct text *text);
} items[] = {
	{"rtt=", false, take_rtt},
	{"rate=", false, take_rate},
	{"down=", false, take_down},
	{"up=", false, take_up},
	{"loss=", false, take_loss},
	{"queue=", false, take_queue},
	{"jitter=", false, take_jitter},
	{"reorder", true, take_reorder},
};

static int take_item(struct text *text)
{
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		size_t length = strlen(items[i].start);

		if (strncmp(text->at, items[i].start, length) == 0 &&
			(!items[i].whole || item_length(text->at) == length))
			return items[i].take(text);
	}
	return fail(text,
		"an item is rtt=, rate=, down=, up=, loss=, queue=, jitter= or "
		"reorder; a named link (lan, wifi, 4g, dsl, satellite) comes "
		"first");
}

static int take_items(struct text *text)
{
	for (;;) {
		int rc = take_item(text);

		if (rc)
			return rc;
		text->at += item_length(text->at);
		if (!*text->at)
			return 0;
		text->at++;
	}
}

/* The name with which the text begins, or NULL. */
static const struct link_name *find_name(const char *all)
{
	for (const struct link_name *name = link_names; name->name; name++)
		if (strlen(name->name) == item_length(all) &&
			strncmp(all, name->name, item_length(all)) == 0)
			return name;
	return NULL;
}

static int finish_way(struct text *text, struct link_direction *way)
{
	bool queue = way->queue_packets || way->queue_ns;

	if (way->reorder && !way->jitter_ns)
		return fail(text, "reorder needs jitter=");
	if (!way->rate_bits) {
		way->queue_packets = way->queue_ns = 0;
		return 0;
	}
	if (!queue)
		way->queue_packets = QUEUE_PACKETS;
	return 0;
}

static int finish(struct text *text)
{
	struct link_direction *up = &text->spec->way[LINK_UP];
	struct link_direction *down = &text->spec->way[LINK_DOWN];
	int rc;

	text->at = text->all;
	if ((up->queue_packets || up->queue_ns) && !up->rate_bits &&
		!down->rate_bits)
		return fail(text, "queue= needs a rate, down= or up=");
	rc = finish_way(text, up);
	return rc ? rc : finish_way(text, down);
}

int link_spec_parse(
	struct link_spec *spec, const char *all, struct link_error *err)
{
	struct link_spec parsed = {0};
	struct text text = {all, all, &parsed, err};
	const struct link_name *name = find_name(all);
	int rc = 0;

	if (strlen(all) >= LINK_SPEC_TEXT_MAX)
		return link_error_set(err, -EINVAL,
			"link '%.40s..' is longer than %d characters", all,
			LINK_SPEC_TEXT_MAX - 1);
	if (name) {
		text.at = name->spec;
		rc = take_items(&text);
		text.at = all + strlen(name->name);
		text.at += *text.at == ',';
	}
	if (!rc && (!name || text.at[-1] == ','))
		rc = take_items(&text);
	if (!rc)
		rc = finish(&text);
	if (!rc)
		*spec = parsed;
	return rc;
}

uint64_t link_rtt_ns(const struct link_spec *spec)
{
	return spec->way[LINK_UP].delay_ns + spec->way[LINK_DOWN].delay_ns;
}
