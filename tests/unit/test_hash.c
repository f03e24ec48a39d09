/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash that is compiled in is the library's, by other instructions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <xxhash.h>

#include <cmocka.h>

#include HASH_HEADER

enum { SHORT_MAX = 2500, LONG = (1 << 20) + 13, PIECE = 1021 };

static uint64_t in_pieces(const unsigned char *bytes, size_t length)
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t hash;

	assert_non_null(state);
	XXH3_64bits_reset(state);
	for (size_t at = 0; at < length; at += PIECE)
		XXH3_64bits_update(state, bytes + at,
			length - at < PIECE ? length - at : PIECE);
	hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return hash;
}

/* The macros of the header have other names for what it compiles. */
static uint64_t compiled(const void *bytes, size_t length)
{
	return XXH3_64bits(bytes, length);
}

#undef XXH3_64bits
uint64_t XXH3_64bits(const void *bytes, size_t length);

static void it_is_the_librarys_at_every_length(void **state)
{
	unsigned char *bytes = malloc(LONG);
	uint64_t random = 1;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < LONG; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		bytes[i] = (unsigned char)(random >> 56);
	}
	for (size_t length = 0; length <= SHORT_MAX; length++) {
		uint64_t hash = XXH3_64bits(bytes, length);

		assert_true(compiled(bytes, length) == hash);
		assert_true(in_pieces(bytes, length) == hash);
	}
	assert_true(compiled(bytes, LONG) == XXH3_64bits(bytes, LONG));
	assert_true(in_pieces(bytes, LONG) == XXH3_64bits(bytes, LONG));
	free(bytes);
}

static void known_values_are_as_they_were(void **state)
{
	(void)state;
	assert_true(compiled(NULL, 0) == 0x2d06800538d394c2);
	assert_true(compiled("", 0) == 0x2d06800538d394c2);
	assert_true(compiled("a", 1) == 0xe6c632b61e964e1f);
	assert_true(compiled("abc", 3) == 0x78af5f94892f3950);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_librarys_at_every_length),
		cmocka_unit_test(known_values_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
