/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/flags.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

const char pop20[POP20_COUNT][3] = {"BD", "BR", "CD", "CN", "DE", "EG", "ET",
	"FR", "ID", "IN", "IR", "JP", "MX", "NG", "PH", "PK", "RU", "TR", "US",
	"VN"};

void flag_url(char url[FLAG_URL_MAX], const char *origin, const char *code)
{
	int a = tolower((unsigned char)code[0]);
	int b = tolower((unsigned char)code[1]);

	(void)snprintf(url, FLAG_URL_MAX, "%s/flags/%c%c/%c%c.gif", origin, a,
		b, a, b);
}

const char **flag_urls(const char *origin, size_t n)
{
	size_t list = n * sizeof(char *);
	const char **urls = malloc(list + (size_t)POP20_COUNT * FLAG_URL_MAX);
	char *text;

	if (!urls)
		return NULL;
	text = (char *)urls + list;
	for (size_t i = 0; i < POP20_COUNT; i++)
		flag_url(text + i * FLAG_URL_MAX, origin, pop20[i]);
	for (size_t i = 0; i < n; i++)
		urls[i] = text + i % POP20_COUNT * FLAG_URL_MAX;
	return urls;
}
