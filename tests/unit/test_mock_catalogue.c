/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be downloaded: twenty GIFs that decode, and their metadata. */
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

	if (catalogue_create(&catalogue))
		return -1;
	*state = catalogue;
	return 0;
}

static int free_catalogue(void **state)
{
	catalogue_free(*state);
	return 0;
}

static const struct response *find(void **state, const char *path)
{
	return catalogue_find(*state, path, strlen(path));
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

static void every_flag_is_a_valid_gif_of_some_colours(void **state)
{
	for (int i = 0; i < POP20; i++) {
		char path[64];
		const struct response *response;
		struct source source;
		GifFileType *gif;
		unsigned different = 0;

		(void)snprintf(path, sizeof(path), "/data/flags/%s/%s.gif",
			pop20[i], pop20[i]);
		response = find(state, path);
		assert_non_null(response);
		assert_in_range(response->body_length, 500, 3072);
		source.bytes = response->bytes + response->head_length;
		source.left = response->body_length;
		gif = DGifOpen(&source, read_source, NULL);
		assert_non_null(gif);
		assert_int_equal(DGifSlurp(gif), GIF_OK);
		assert_int_equal(source.left, 0);
		assert_int_equal(gif->ImageCount, 1);
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
		char path[64];

		(void)snprintf(path, sizeof(path), "/flags/%s/%s.gif", pop20[i],
			pop20[i]);
		hashes[i] = find(state, path)->body_hash;
		for (int j = 0; j < i; j++)
			assert_true(hashes[i] != hashes[j]);
	}
}

static void letter_case_and_prefix_do_not_matter(void **state)
{
	const struct response *cn = find(state, "/data/flags/cn/cn.gif");

	assert_non_null(cn);
	assert_ptr_equal(find(state, "/flags/cn/cn.gif"), cn);
	assert_ptr_equal(find(state, "/FLAGS/CN/cN.GIF"), cn);
	assert_ptr_equal(find(state, "/Data/Flags/cN/Cn.gif"), cn);
}

static void metadata_names_the_country(void **state)
{
	const struct response *br = find(state, "/data/flags/br/metadata.json");
	const char *body = "{\"country\": \"Brazil\", \"iso_cc\": \"BR\"}\n";

	assert_non_null(br);
	assert_int_equal(br->body_length, strlen(body));
	assert_memory_equal(br->bytes + br->head_length, body, br->body_length);
}

static void other_paths_lead_nowhere(void **state)
{
	static const char *const paths[] = {"", "/", "/flags", "/flags/",
		"/flags/cn", "/flags/cn/", "/flags/cn/fr.gif",
		"/flags/xx/xx.gif", "/flags/cn/cn.gif/", "/flags/cn/cn.gi",
		"/flags/cn/cn.giff", "/flags/c/c.gif", "/flags/chn/chn.gif",
		"/flags/c%6e/cn.gif", "/flags/cn/metadata.jso",
		"/flags/xx/metadata.json", "/flags/\xe9n/\xe9n.gif",
		"data/flags/cn/cn.gif", "/data/data/flags/cn/cn.gif"};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_null(find(state, paths[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flag_is_a_valid_gif_of_some_colours),
		cmocka_unit_test(no_two_flags_are_the_same),
		cmocka_unit_test(letter_case_and_prefix_do_not_matter),
		cmocka_unit_test(metadata_names_the_country),
		cmocka_unit_test(other_paths_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, make_catalogue, free_catalogue);
}
