/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs as strategies: their command lines, and samples they never wrote. */
#include "test_harness_account.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/account/samples_from_witness.h"
#include "harness/roster/exec.h"
#include "harness/roster/exec_words.h"

/* The words of line, with a '|' behind each, are `expected`. */
static void splits(const char *line, const char *expected)
{
	char **words, text[256] = "";

	assert_int_equal(exec_words_split(&words, line), 0);
	for (size_t i = 0; words[i]; i++) {
		strcat(text, words[i]);
		strcat(text, "|");
	}
	assert_string_equal(text, expected);
	free(words);
}

static void lines_split_as_in_a_shell(void **state)
{
	(void)state;
	splits("", "");
	splits(" \t ", "");
	splits("a", "a|");
	splits("a b", "a|b|");
	splits("  curl  -s\t-o x ", "curl|-s|-o|x|");
	splits("sh -c 'a \"b\" \\c'", "sh|-c|a \"b\" \\c|");
	splits("\"a b\"'c d'e", "a bc de|");
	splits("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d|");
	splits("\"\\$x\"", "$x|");
	splits("a\\ b \\'", "a b|'|");
	splits("'' \"\" x", "||x|");
	splits("$HOME `id` *.c", "$HOME|`id`|*.c|");
	splits("a\\", "a\\|");
}

static void a_quote_left_open_is_refused(void **state)
{
	static const char *const lines[] = {"'", "\"", "a 'b", "a \"b\\\""};
	char **words;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(exec_words_split(&words, lines[i]), -EINVAL);
		assert_null(words);
	}
}

static void replaces(const char *word, const char *expected)
{
	static const struct exec_value values[] = {
		{"urls", "/list"}, {"urls_curl", "/curl"}, {"n", "{urls}"}};
	char *text = exec_words_replace(word, values, 3);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void placeholders_are_replaced_once(void **state)
{
	(void)state;
	replaces("", "");
	replaces("plain", "plain");
	replaces("{urls}", "/list");
	replaces("--config={urls_curl},{urls}", "--config=/curl,/list");
	replaces("{n}", "{urls}"); /* what was put in is not looked at again */
	replaces("{}{ur}{urls", "{}{ur}{urls");
	replaces("{{urls}}", "{/list}");
}

static void refused(const char *text, const char *reason)
{
	struct exec_list list = {0};
	struct fr_error err;

	assert_int_equal(exec_list_add(&list, EXEC_ONCE, text, &err), -1);
	assert_error(&err, EXIT_USAGE, reason);
	exec_list_release(&list);
}

static void a_bad_template_is_refused_in_words(void **state)
{
	(void)state;
	refused("curl", "expected NAME=COMMAND");
	refused("Curl=curl", "its name must have");
	refused("=curl", "its name must have");
	refused("x=", "no command");
	refused("x=a 'b", "a quote is not closed");
	refused("@/nowhere/at/all", "No such file");
	refused("x=true {urll}", "unknown placeholder {urll}; known are");
	refused("x=true -c={url_curl}",
		"unknown placeholder {url_curl}; known are {url}");
	refused("x=true {port}", "unknown placeholder {port}");
	refused("x=no-such-program",
		"cannot find the program 'no-such-program'");
	refused("x=./nothing {urls}", "cannot find the program './nothing'");
	refused("x=/tmp", "cannot find the program '/tmp'");
}

static void a_bad_resident_program_is_refused_in_words(void **state)
{
	static const char *const bad[][2] = {
		{"mine", "--program 'mine': expected NAME=COMMAND"},
		{"Mine=true", "--program: Mine is not a valid strategy"},
		{"x=true {urll}", "--program x: unknown placeholder {urll}"},
		{"x=./nothing", "--program x: cannot find the program"},
		{"x=true {nothing}", "--program x: {nothing} is for --exec"},
		{"@/nowhere/at/all", "No such file"},
	};
	struct exec_list list = {0};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			exec_list_add(&list, EXEC_RESIDENT, bad[i][0], &err),
			-1);
		assert_error(&err, EXIT_USAGE, bad[i][1]);
	}
	exec_list_release(&list);
}

static void a_program_without_a_trial_has_no_note(void **state)
{
	struct exec_list list = {0};
	char note[EXEC_NOTE_MAX];
	struct fr_error err;

	(void)state;
	assert_int_equal(exec_list_add(&list, EXEC_ONCE, "a=true", &err), 0);
	assert_int_equal(
		exec_list_add(&list, EXEC_RESIDENT, "b=true", &err), 0);
	for (size_t i = 0; i < list.count; i++) {
		exec_forget(exec_strategy(list.execs[i]));
		exec_note(note, exec_strategy(list.execs[i]));
		assert_string_equal(note, "");
	}
	exec_list_release(&list);
}

/* Those of a shell, awk, curl or xargs; and all that are replaced. */
static void other_braces_are_the_programs(void **state)
{
	static const char template[] =
		"x=sh -c 'awk \"{print}\" ${urll} {a,b}' -I{} %{url_code} "
		"--x={colour} {url} {urls} {urls_curl} {concurrency} {requests} "
		"{here}";
	struct exec_list list = {0};
	struct fr_error err;

	(void)state;
	assert_int_equal(exec_list_add(&list, EXEC_ONCE, template, &err), 0);
	exec_list_release(&list);
}

static void templates_come_one_a_line(void **state)
{
	struct exec_list list = {0};
	struct fr_error err;

	(void)state;
	assert_int_equal(
		exec_list_add(&list, EXEC_ONCE,
			"# none\n\n  a=true\r\nb=sh -c 'exit 1'", &err),
		0);
	assert_int_equal(list.count, 2);
	assert_string_equal(exec_strategy(list.execs[0])->name, "a");
	assert_string_equal(exec_strategy(list.execs[1])->name, "b");
	exec_list_release(&list);
}

/* The samples of the made-up trial, from its witness's rows alone. */
static void testify(struct made_up *m)
{
	m->witness.rows = m->rows;
	memset(m->samples, 0, sizeof(m->samples));
	assert_int_equal(samples_from_witness(
				 m->samples, &m->spec, &m->result, &m->witness),
		0);
}

static void what_the_witness_saw_makes_valid_samples(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].status = 200;
	m.rows[3].status = 404;
	testify(&m);
	assert_valid(&m);
	assert_int_equal(m.row.ok, N - 1);
	assert_int_equal(m.row.http_error, 1);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(m.samples[i].start_ns, m.rows[i].arrival_ns);
		assert_int_equal(m.samples[i].end_ns, m.rows[i].sent_ns);
		assert_int_equal(m.samples[i].body_bytes, m.rows[i].bytes);
	}
	/* two at a time, in two rounds: two workers */
	assert_int_not_equal(m.samples[0].worker, m.samples[1].worker);
	assert_true(m.samples[2].worker < 2 && m.samples[3].worker < 2);
}

/* It comes late, and says nothing of this one's items. */
static void what_an_earlier_trial_asked_for_is_no_sample(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].status = 200;
	m.strategy.flags = FR_WITNESS_SAMPLES;
	m.spec.stragglers = 1;
	m.rows[N] = m.rows[1];
	m.rows[N].trial = WITNESS_EARLIER;
	m.rows[N].arrival_ns = END - 1;
	m.rows[N].sent_ns = m.rows[N].bytes = UINT64_MAX;
	m.witness.count = N + 1;
	testify(&m);
	assert_valid(&m);
	assert_int_equal(m.row.ok, N);
}

static void what_the_witness_did_not_see_was_not_run(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].status = 200;
	m.witness.count = N - 1;
	testify(&m);
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "1 of 4 items were never performed");
}

static void an_answer_cut_short_is_a_network_error(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[1].sent_ns = m.rows[1].bytes = UINT64_MAX;
	m.rows[2].bytes = UINT64_MAX;
	m.rows[3].gone_ns = m.rows[3].sent_ns; /* as it was meant to be */
	testify(&m);
	assert_int_equal(m.samples[1].status, FR_NET_ERROR);
	assert_int_equal(m.samples[1].end_ns, m.result.t1_ns);
	assert_int_equal(m.samples[2].status, FR_NET_ERROR);
	assert_int_equal(m.samples[2].body_bytes, 0);
	assert_int_equal(m.samples[3].status, FR_NET_ERROR);
	assert_int_equal(m.samples[3].body_bytes, m.rows[3].bytes);
	/* The server knew at once, or only when the trial was over. */
	m.rows[1].gone_ns = m.rows[1].arrival_ns + 5 * MS;
	testify(&m);
	assert_int_equal(m.samples[1].end_ns, m.rows[1].gone_ns);
	m.rows[1].gone_ns = END + 1;
	testify(&m);
	assert_int_equal(m.samples[1].end_ns, END);
}

/* What was reset is not in flight to the trial's end. */
static void resets_do_not_add_up_to_too_many_in_flight(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].status = 200;
	for (size_t i = 0; i < 2; i++) {
		m.rows[i].sent_ns = m.rows[i].bytes = UINT64_MAX;
		m.rows[i].gone_ns = m.rows[i].arrival_ns + 50 * MS;
	}
	testify(&m);
	assert_valid(&m);
	assert_int_equal(m.row.net_error, 2);
	assert_true(m.row.mean_in_flight < 2);
}

/* Neither an item of another job, nor one that was sent twice. */
static void every_row_is_taken_for_its_item(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].status = 200;
	m.rows[4] = m.rows[1];
	m.rows[4].arrival_ns += 10 * MS;
	m.rows[4].delay_ns = 40 * MS;
	m.rows[1].sent_ns = m.rows[1].bytes = UINT64_MAX;
	m.rows[1].gone_ns = m.rows[4].arrival_ns;
	m.witness.count = 5;
	testify(&m);
	assert_valid(&m);
	assert_int_equal(m.row.ok, N);
	assert_int_equal(m.samples[0].attempts, 1);
	assert_int_equal(m.samples[1].attempts, 2);
	assert_int_equal(m.samples[1].start_ns, m.rows[4].arrival_ns);
	m.rows[4].item = N;
	testify(&m);
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "requested item 4; the job's last item is 3");
}

/* Of as many at once as there were, none has two requests at a time. */
static void workers_are_as_many_as_were_busy_at_once(void **state)
{
	enum { ITEMS = 200, WORKERS = 7 };
	uint64_t free_ns[WORKERS] = {0}, busy_ns[WORKERS] = {0};
	static struct fr_sample samples[ITEMS];
	static struct witness_row rows[ITEMS];
	struct trial_spec spec = {.n = ITEMS, .concurrency = 20};
	struct trial_result result = {.t1_ns = UINT64_MAX};
	struct witness witness = {.rows = rows, .count = ITEMS};

	(void)state;
	for (size_t i = 0; i < ITEMS; i++) {
		size_t first = 0;

		for (size_t w = 1; w < WORKERS; w++)
			if (free_ns[w] < free_ns[first])
				first = w;
		rows[i] = (struct witness_row){
			.item = (uint32_t)i,
			.arrival_ns = free_ns[first],
			.sent_ns = free_ns[first] + 1 + i * 37 % 101,
			.gone_ns = UINT64_MAX,
			.status = 200,
		};
		free_ns[first] = rows[i].sent_ns;
	}
	assert_int_equal(
		samples_from_witness(samples, &spec, &result, &witness), 0);
	for (size_t i = 0; i < ITEMS; i++) {
		assert_in_range(samples[i].worker, 0, WORKERS - 1);
		assert_true(samples[i].start_ns >= busy_ns[samples[i].worker]);
		busy_ns[samples[i].worker] = samples[i].end_ns;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_split_as_in_a_shell),
		cmocka_unit_test(a_quote_left_open_is_refused),
		cmocka_unit_test(placeholders_are_replaced_once),
		cmocka_unit_test(a_bad_template_is_refused_in_words),
		cmocka_unit_test(a_bad_resident_program_is_refused_in_words),
		cmocka_unit_test(a_program_without_a_trial_has_no_note),
		cmocka_unit_test(other_braces_are_the_programs),
		cmocka_unit_test(templates_come_one_a_line),
		cmocka_unit_test(what_the_witness_saw_makes_valid_samples),
		cmocka_unit_test(what_an_earlier_trial_asked_for_is_no_sample),
		cmocka_unit_test(what_the_witness_did_not_see_was_not_run),
		cmocka_unit_test(an_answer_cut_short_is_a_network_error),
		cmocka_unit_test(resets_do_not_add_up_to_too_many_in_flight),
		cmocka_unit_test(every_row_is_taken_for_its_item),
		cmocka_unit_test(workers_are_as_many_as_were_busy_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
