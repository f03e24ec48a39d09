/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/item.h"

#include <errno.h>
#include <string.h>

#include "mock_server/span.h"

static bool is_trial_char(char c)
{
	return http_is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
}

bool item_trial_valid(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_trial_char(text[i]))
			return false;
	return length > 0 && length <= ITEM_TRIAL_MAX;
}

static bool parse_u32(const char *text, const char *end, uint32_t *value)
{
	const struct http_span digits = {text, (size_t)(end - text)};
	uint64_t number;
	bool valid = http_span_number(digits, UINT32_MAX, &number);

	*value = (uint32_t)number;
	return valid;
}

bool item_in_query(const char **text, size_t *length)
{
	static const char name[] = "flagrace=";

	if (*length < sizeof(name) - 1 ||
		memcmp(*text, name, sizeof(name) - 1) != 0)
		return false;
	*text += sizeof(name) - 1;
	*length -= sizeof(name) - 1;
	return true;
}

int item_parse(struct item *item, const char *text, size_t length)
{
	const char *end = text + length;
	const char *first = memchr(text, '/', length);
	const char *second = first
		? memchr(first + 1, '/', (size_t)(end - first) - 1)
		: NULL;
	size_t trial = second ? (size_t)(first - text) : 0;

	if (!item_trial_valid(text, trial) ||
		!parse_u32(first + 1, second, &item->item) ||
		!parse_u32(second + 1, end, &item->attempt) || !item->attempt)
		return -EINVAL;
	memcpy(item->trial, text, trial);
	item->trial[trial] = '\0';
	return 0;
}
