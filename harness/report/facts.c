/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host, the settings, and the command that repeats the run, from run.json. */
#include <string.h>

#include "harness/report/html.h"
#include "harness/report/parts.h"

/* Writes a word as a shell takes it. */
static void write_word(FILE *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789@%+=:,./_-";

	if (*word && !word[strspn(word, plain)]) {
		html_text(out, word);
		return;
	}
	html_text(out, "'");
	for (; *word; word++)
		if (*word == '\'')
			html_text(out, "'\\''");
		else
			html_say(out, "%c", *word);
	html_text(out, "'");
}

/* Whether the option names the run's folder, which another run has not. */
static bool names_folder(const char *word)
{
	return !strcmp(word, "--out") || !strcmp(word, "-o") ||
		!strcmp(word, "--resume");
}

static void write_command(FILE *out, const json_t *words)
{
	const json_t *value;
	bool folder = false;
	size_t i;

	fputs("<pre class=\"command\"><code>", out);
	json_array_foreach(words, i, value)
	{
		const char *word = json_string_value(value);

		if (!word || folder || names_folder(word) ||
			!strncmp(word, "--out=", 6)) {
			folder = word && !folder && names_folder(word);
			continue;
		}
		if (i)
			fputc(' ', out);
		write_word(out, word);
	}
	fputs("</code></pre>\n", out);
}

/* Whether the value says something: not null, nor empty, nor off. */
static bool says_something(const json_t *value)
{
	return value && !json_is_null(value) && !json_is_false(value) &&
		!(json_is_array(value) && !json_array_size(value));
}

static void write_value(FILE *out, const char *key, const json_t *value)
{
	const json_t *item;
	size_t i;

	if (json_is_string(value))
		html_text(out, json_string_value(value));
	else if (json_is_true(value))
		html_text(out, "yes");
	else if (json_is_number(value) && strstr(key, "_bytes"))
		html_say(out, "%.3g GB", json_number_value(value) / 1e9);
	else if (json_is_number(value))
		html_say(out, "%.10g", json_number_value(value));
	json_array_foreach(value, i, item)
	{
		if (i)
			html_text(out, ", ");
		write_value(out, key, item);
	}
}

static void write_object(FILE *out, const char *title, const json_t *object)
{
	const json_t *value;
	const char *key;

	if (!json_object_size(object))
		return;
	fputs("<details><summary>", out);
	html_text(out, title);
	fputs("</summary>\n<dl>\n", out);
	json_object_foreach((json_t *)object, key, value)
	{
		if (!says_something(value))
			continue;
		fputs("<div><dt>", out);
		html_text(out, key);
		fputs("</dt><dd>", out);
		write_value(out, key, value);
		fputs("</dd></div>\n", out);
	}
	fputs("</dl></details>\n", out);
}

/* "AMD EPYC, 2 CPUs, Linux 6.1": the host in a line. */
static void write_host(FILE *out, const json_t *facts)
{
	const json_t *host = json_object_get(facts, "host");
	const char *words[] = {"cpu_model", "kernel", "flagrace", "compiler"};
	const char *leads[] = {"", "Linux ", "flagrace ", ""};
	const char *start =
		json_string_value(json_object_get(facts, "started_at"));
	json_int_t cpus = json_integer_value(json_object_get(host, "cpus"));

	fputs("<p class=\"about\">", out);
	if (start)
		html_say(out, "Started at %s.", start);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *word =
			json_string_value(json_object_get(host, words[i]));

		if (word)
			html_say(out, " %s%s%s", leads[i], word,
				i                   ? "."
					: cpus == 1 ? ", one CPU."
						    : ",");
		if (word && !i && cpus != 1)
			html_say(out, " %" JSON_INTEGER_FORMAT " CPUs.", cpus);
	}
	fputs("</p>\n", out);
}

void report_facts(struct report *report, const struct report_run *run)
{
	const json_t *words = json_object_get(run->facts, "command_line");
	const char *suite =
		json_string_value(json_object_get(run->facts, "suite_text"));
	FILE *out = report->out;

	report_head(report, "Repeat the run");
	if (!run->facts) {
		fputs("<p>The folder has no run.json that can be read, so the "
		      "host and the command are unknown.</p>\n",
			out);
		return;
	}
	if (json_array_size(words))
		write_command(out, words);
	write_host(out, run->facts);
	write_object(out, "Settings", json_object_get(run->facts, "settings"));
	write_object(out, "Host", json_object_get(run->facts, "host"));
	if (suite && *suite) {
		fputs("<details><summary>Suite</summary>\n<pre><code>", out);
		html_text(out, suite);
		fputs("</code></pre></details>\n", out);
	}
}
