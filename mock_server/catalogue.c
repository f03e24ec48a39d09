/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/catalogue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mock_server/canvas.h"
#include "mock_server/flags.h"
#include "mock_server/settings.h"
#include "mock_server/xxh3.h"

enum { LETTERS = 26, STAMP_MAX = 24 };

struct flag_entry {
	/* code NULL: no country has it; draw NULL: flag_draw_plain */
	struct flag flag;
	struct response gif, metadata; /* bytes NULL: not made yet */
};

struct catalogue {
	uint64_t payload;
	char nonce[SETTINGS_NONCE_MAX];
	struct flag_entry entries[LETTERS][LETTERS]; /* by the code's letters */
};

/*
 * A GIF is padded to an exact length by a comment extension before its trailer
 * 3B (GIF89a, 24): 21 FE; blocks of 1 to 255 bytes, each after a byte with its
 * length; and 00. An extension without a block would be valid, but giflib
 * rejects it. So it has at least 5 bytes.
 */
enum { FRAME = 3, BLOCK_MIN = 2, BLOCK_MAX = 256 }; /* with its length */

/* Whether a GIF of `length` bytes can be padded to `wanted`. */
static bool payload_fits(size_t length, size_t wanted)
{
	return wanted == length || wanted >= length + FRAME + BLOCK_MIN;
}

/* 0..25, or -1 */
static int letter(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return -1;
}

static struct flag_entry *entry_of(
	struct catalogue *catalogue, const char *code)
{
	return &catalogue->entries[letter(code[0])][letter(code[1])];
}

/* Writes an extension of `left` bytes, its frame included. */
static void write_comment(unsigned char *out, size_t left)
{
	left -= FRAME;
	*out++ = 0x21;
	*out++ = 0xfe;
	while (left) {
		size_t block = left < BLOCK_MAX ? left : BLOCK_MAX;

		/* A block has two bytes at least, so one must not be left. */
		if (left - block == 1)
			block--;
		*out = (unsigned char)(block - 1);
		memset(out + 1, '.', block - 1);
		out += block;
		left -= block;
	}
	*out = 0;
}

/* Replaces the GIF by one of the wanted length; payload_fits holds. */
static int pad(unsigned char **gif, size_t *length, size_t wanted)
{
	unsigned char *grown = realloc(*gif, wanted);
	size_t trailer = *length - 1;

	if (!grown)
		return -ENOMEM;
	*gif = grown;
	*length = wanted;
	grown[wanted - 1] = grown[trailer];
	if (wanted - 1 > trailer)
		write_comment(grown + trailer, wanted - 1 - trailer);
	return 0;
}

/*
 * Makes the largest picture that fits in a GIF of the wanted length (0: any).
 */
static int make_gif(const struct canvas *canvas, size_t wanted,
	unsigned char **gif, size_t *length)
{
	static const int steps[] = {1, 2, 4, 8, 20, 40};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		int rc = canvas_to_gif(canvas, steps[i], gif, length);

		if (rc || !wanted)
			return rc;
		if (payload_fits(*length, wanted))
			return pad(gif, length, wanted);
		free(*gif);
		*gif = NULL;
	}
	return -EIO;
}

/*
 * Makes the unused entries of a GIF's palette from the nonce. Returns how many
 * bytes they have; *at is where they are in the GIF.
 */
static size_t make_stamp(const char *gif, const char *code, const char *nonce,
	unsigned char stamp[STAMP_MAX], size_t *at)
{
	char text[SETTINGS_NONCE_MAX + 4];
	int n = snprintf(text, sizeof(text), "%s/%s", code, nonce);
	size_t length = canvas_unused((const unsigned char *)gif, at);

	memset(stamp, 0, STAMP_MAX);
	for (size_t i = 0; nonce[0] && i < STAMP_MAX; i += sizeof(uint64_t)) {
		uint64_t hash = XXH3_64bits_withSeed(text, (size_t)n, i);

		memcpy(stamp + i, &hash, sizeof(hash));
	}
	return length < STAMP_MAX ? length : STAMP_MAX;
}

static void stamp_flag(struct flag_entry *entry, const char *nonce)
{
	unsigned char stamp[STAMP_MAX];
	size_t at, length;

	length = make_stamp(entry->gif.bytes + entry->gif.head_length,
		entry->flag.code, nonce, stamp, &at);
	response_change(&entry->gif, at, stamp, length);
}

static int make_flag(
	struct flag_entry *entry, const struct catalogue *catalogue)
{
	struct canvas canvas;
	unsigned char *gif = NULL;
	size_t length;
	int rc;

	if (entry->flag.draw)
		entry->flag.draw(&canvas);
	else
		flag_draw_plain(&canvas, entry->flag.code);
	rc = make_gif(&canvas, (size_t)catalogue->payload, &gif, &length);
	if (!rc)
		rc = response_init_content(
			&entry->gif, "image/gif", gif, length);
	if (!rc && catalogue->nonce[0])
		stamp_flag(entry, catalogue->nonce);
	free(gif);
	return rc;
}

static int make_metadata(struct flag_entry *entry)
{
	char metadata[160];
	int n = snprintf(metadata, sizeof(metadata),
		"{\"country\": \"%s\", \"iso_cc\": \"%s\"}\n",
		entry->flag.country, entry->flag.code);

	return response_init_content(
		&entry->metadata, "application/json", metadata, (size_t)n);
}

int catalogue_create(struct catalogue **out, uint64_t payload)
{
	struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
	int rc = 0;

	*out = catalogue;
	if (!catalogue)
		return -ENOMEM;
	catalogue->payload = payload;
	for (size_t i = 0; i < countries_count; i++)
		entry_of(catalogue, countries[i].code)->flag = (struct flag){
			countries[i].code, countries[i].name, NULL};
	for (size_t i = 0; !rc && i < flags_count; i++) {
		struct flag_entry *entry = entry_of(catalogue, flags[i].code);

		entry->flag = flags[i];
		rc = make_flag(entry, catalogue);
		if (!rc)
			rc = make_metadata(entry);
	}
	if (rc) {
		catalogue_free(catalogue);
		*out = NULL;
	}
	return rc;
}

void catalogue_stamp(struct catalogue *catalogue, const char *nonce)
{
	if (strcmp(catalogue->nonce, nonce) == 0)
		return;
	(void)snprintf(catalogue->nonce, sizeof(catalogue->nonce), "%s", nonce);
	for (int i = 0; i < LETTERS * LETTERS; i++) {
		struct flag_entry *entry =
			&catalogue->entries[i / LETTERS][i % LETTERS];

		if (entry->gif.bytes)
			stamp_flag(entry, nonce);
	}
}

void catalogue_free(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	for (int i = 0; i < LETTERS * LETTERS; i++) {
		struct flag_entry *entry =
			&catalogue->entries[i / LETTERS][i % LETTERS];

		response_release(&entry->gif);
		response_release(&entry->metadata);
	}
	free(catalogue);
}

int catalogue_find(struct catalogue *catalogue, struct http_span path,
	struct response *response)
{
	const char *code = path.at;
	struct response *found;
	struct http_span file;
	struct flag_entry *entry;
	char gif[] = "cc.gif";
	bool is_gif;
	int rc = 0;

	if (path.length < 3 || letter(code[0]) < 0 || letter(code[1]) < 0 ||
		code[2] != '/')
		return -ENOENT;
	entry = entry_of(catalogue, code);
	file = (struct http_span){path.at + 3, path.length - 3};
	memcpy(gif, code, 2);
	is_gif = http_span_is(file, gif);
	if (!entry->flag.code ||
		(!is_gif && !http_span_is(file, "metadata.json")))
		return -ENOENT;
	found = is_gif ? &entry->gif : &entry->metadata;
	if (!found->bytes)
		rc = is_gif ? make_flag(entry, catalogue)
			    : make_metadata(entry);
	if (!rc)
		*response = response_lend(found);
	return rc;
}
