/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That texts stay texts in the page of a report: in HTML, in JSON, in SVG. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/report/html.h"

/* What has been written to `out`, which is closed. */
struct written {
	char *text;
	size_t size;
	FILE *out;
};

static FILE *begin(struct written *written)
{
	written->text = NULL;
	written->out = open_memstream(&written->text, &written->size);
	assert_non_null(written->out);
	return written->out;
}

static void assert_written(struct written *written, const char *expected)
{
	assert_int_equal(fclose(written->out), 0);
	assert_string_equal(written->text, expected);
	free(written->text);
}

static void a_text_is_no_markup(void **state)
{
	struct written written;

	(void)state;
	html_text(begin(&written), "<script>\"a\" & 'b'</script>\n`c`");
	assert_written(&written,
		"&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\n"
		"`c`");
	html_say(begin(&written), "%s: %d", "<b>", 3);
	assert_written(&written, "&lt;b&gt;: 3");
}

static void json_does_not_end_its_element(void **state)
{
	json_t *value = json_pack("{s:s, s:[i, n]}", "a",
		"</script><!-- & \303\244 \"\n", "b", 7);
	json_t *read;
	struct written written;

	(void)state;
	assert_int_equal(html_json(begin(&written), value), 0);
	assert_int_equal(fclose(written.out), 0);
	assert_null(strpbrk(written.text, "<>&\n"));
	read = json_loads(written.text, 0, NULL);
	assert_true(json_equal(read, value));
	free(written.text);
	json_decref(read);
	json_decref(value);
}

static void sentences_become_paragraphs_and_items(void **state)
{
	struct written written;

	(void)state;
	html_sentences(begin(&written),
		"\nfrom 1 to 4:\n  a: 2 are\nenough.\n  b <3.\n\nThe end,\nat "
		"last.\nNext.\n");
	assert_written(&written,
		"<p>from 1 to 4:</p>\n<ul><li>a: 2 are enough.</li>\n"
		"<li>b &lt;3.</li></ul>\n<p>The end, at last.</p>\n"
		"<p>Next.</p>\n");
	html_sentences(begin(&written), "");
	assert_written(&written, "");
}

static void pictures_of_a_page_share_no_id(void **state)
{
	struct written written;

	(void)state;
	html_svg(begin(&written),
		"<?xml version=\"1.0\"?>\n<svg width=\"9\"\n>\n"
		"<title>A &amp; B</title>\n<style>g { }</style>"
		"<desc>by</desc><defs><path id='a'/><p id=\"b\"/></defs>"
		"<use xlink:href='#a'/><g fill=\"url(#b)\">"
		"<text> id='a' href='#a' url(#b)</text></g></svg>\n",
		"p1-");
	assert_written(&written,
		"<svg role=\"img\" aria-label=\"A &amp; B\"  width=\"9\"\n>\n"
		"<defs><path id='p1-a'/><p id=\"p1-b\"/></defs>"
		"<use xlink:href='#p1-a'/><g fill=\"url(#p1-b)\">"
		"<text> id='a' href='#a' url(#b)</text></g></svg>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_no_markup),
		cmocka_unit_test(json_does_not_end_its_element),
		cmocka_unit_test(sentences_become_paragraphs_and_items),
		cmocka_unit_test(pictures_of_a_page_share_no_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
