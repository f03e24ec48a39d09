/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags: GIFs that decode, of the size they should have, and metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gif_lib.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/canvas.h"
#include "mock_server/catalogue.h"

static const char *const pop20[] = {"CN", "IN", "US", "ID", "BR", "PK", "NG",
	"BD", "RU", "JP", "MX", "PH", "VN", "ET", "EG", "DE", "IR", "TR", "CD",
	"FR"};
enum { POP20 = sizeof(pop20) / sizeof(*pop20) };

static int make_catalogue(void **state)
{
	struct catalogue *catalogue;

	if (catalogue_create(&catalogue, 0))
		return -1;
	*state = catalogue;
	return 0;
}

static int free_catalogue(void **state)
{
	catalogue_free(*state);
	return 0;
}

/* Whether a response is found at the path. */
static int find(void *catalogue, const char *path, struct response *response)
{
	return !catalogue_find(
		catalogue, (struct http_span){path, strlen(path)}, response);
}

struct source {
	const char *bytes;
	size_t left;
};

static int read_source(GifFileType *gif, GifByteType *to, int count)
{
	struct source *source = gif->UserData;
	size_t n = (size_t)count < source->left ? (size_t)count : source->left;

	memcpy(to, source->bytes, n);
	source->bytes += n;
	source->left -= n;
	return (int)n;
}

static GifFileType *decode(const struct response *response)
{
	struct source source = {
		response->bytes + response->head_length, response->body_length};
	GifFileType *gif = DGifOpen(&source, read_source, NULL);

	assert_non_null(gif);
	assert_int_equal(DGifSlurp(gif), GIF_OK);
	assert_int_equal(source.left, 0);
	assert_int_equal(gif->ImageCount, 1);
	return gif;
}

static void every_flag_is_a_valid_gif_of_some_colours(void **state)
{
	for (int i = 0; i < POP20; i++) {
		char path[16];
		struct response response;
		GifFileType *gif;
		unsigned different = 0;

		(void)snprintf(
			path, sizeof(path), "%s/%s.gif", pop20[i], pop20[i]);
		assert_true(find(*state, path, &response));
		assert_in_range(response.body_length, 500, 3072);
		gif = decode(&response);
		assert_int_equal(gif->SWidth, CANVAS_WIDTH);
		assert_int_equal(gif->SHeight, CANVAS_HEIGHT);
		for (int p = 1; p < CANVAS_WIDTH * CANVAS_HEIGHT; p++)
			different += gif->SavedImages[0].RasterBits[p] !=
				gif->SavedImages[0].RasterBits[p - 1];
		assert_true(different > 10);
		assert_int_equal(DGifCloseFile(gif, NULL), GIF_OK);
	}
}

static void no_two_flags_are_the_same(void **state)
{
	uint64_t hashes[POP20];

	for (int i = 0; i < POP20; i++) {
		char path[16];
		struct response response;

		(void)snprintf(
			path, sizeof(path), "%s/%s.gif", pop20[i], pop20[i]);
		assert_true(find(*state, path, &response));
		hashes[i] = response.body_hash;
		for (int j = 0; j < i; j++)
			assert_true(hashes[i] != hashes[j]);
	}
}

/* ISO 3166-1 has 249 codes, alpha-2, and no other combination is one. */
static void every_iso_code_has_a_flag_and_no_other(void **state)
{
	unsigned found = 0;

	for (int i = 0; i < 26 * 26; i++) {
		const char code[] = {
			(char)('a' + i / 26), (char)('a' + i % 26), '\0'};
		char path[24];
		struct response response;

		(void)snprintf(path, sizeof(path), "%s/%s.gif", code, code);
		if (!find(*state, path, &response))
			continue;
		found++;
		assert_int_equal(
			DGifCloseFile(decode(&response), NULL), GIF_OK);
		(void)snprintf(path, sizeof(path), "%s/metadata.json", code);
		assert_true(find(*state, path, &response));
	}
	assert_int_equal(found, 249);
}

static void every_payload_is_exact_and_a_valid_gif(void **state)
{
	static const size_t sizes[] = {100, 101, 102, 103, 104, 105, 256, 300,
		511, 1000, 1024, 2048, 2049, 4096, 65535, 65536, 65537, 65538,
		65539, 65540, 1000000, 10000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct catalogue *catalogue;
		struct response response;

		assert_int_equal(catalogue_create(&catalogue, sizes[i]), 0);
		assert_true(find(catalogue, "br/br.gif", &response));
		assert_int_equal(response.body_length, sizes[i]);
		assert_int_equal(
			DGifCloseFile(decode(&response), NULL), GIF_OK);
		assert_true(find(catalogue, "li/li.gif", &response));
		assert_int_equal(response.body_length, sizes[i]);
		catalogue_free(catalogue);
	}
}

/* A comment has at least 5 bytes, so a smaller picture is used. */
static void payloads_beside_the_drawn_size_are_exact_too(void **state)
{
	struct response drawn;

	assert_true(find(*state, "jp/jp.gif", &drawn));
	for (size_t more = 0; more < 8; more++) {
		struct catalogue *catalogue;
		struct response response;

		assert_int_equal(
			catalogue_create(&catalogue, drawn.body_length + more),
			0);
		assert_true(find(catalogue, "jp/jp.gif", &response));
		assert_int_equal(
			response.body_length, drawn.body_length + more);
		assert_int_equal(
			DGifCloseFile(decode(&response), NULL), GIF_OK);
		catalogue_free(catalogue);
	}
}

static void letter_case_does_not_matter(void **state)
{
	struct response lower, upper;

	assert_true(find(*state, "cn/cn.gif", &lower));
	assert_true(find(*state, "CN/cN.GIF", &upper));
	assert_ptr_equal(lower.bytes, upper.bytes);
}

static void metadata_names_the_country(void **state)
{
	const char *body = "{\"country\": \"Brazil\", \"iso_cc\": \"BR\"}\n";
	struct response br;

	assert_true(find(*state, "br/metadata.json", &br));
	assert_int_equal(br.body_length, strlen(body));
	assert_memory_equal(br.bytes + br.head_length, body, br.body_length);
}

static void other_paths_lead_nowhere(void **state)
{
	static const char *const paths[] = {"", "/", "cn", "cn/", "cn/fr.gif",
		"xx/xx.gif", "cn/cn.gif/", "cn/cn.gi", "cn/cn.giff", "c/c.gif",
		"chn/chn.gif", "c%6e/cn.gif", "cn/metadata.jso",
		"xx/metadata.json", "\xe9n/\xe9n.gif", "/cn/cn.gif"};
	struct response response;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_false(find(*state, paths[i], &response));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flag_is_a_valid_gif_of_some_colours),
		cmocka_unit_test(no_two_flags_are_the_same),
		cmocka_unit_test(every_iso_code_has_a_flag_and_no_other),
		cmocka_unit_test(every_payload_is_exact_and_a_valid_gif),
		cmocka_unit_test(payloads_beside_the_drawn_size_are_exact_too),
		cmocka_unit_test(letter_case_does_not_matter),
		cmocka_unit_test(metadata_names_the_country),
		cmocka_unit_test(other_paths_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
