/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would change an advice, in sentences. */
#include <string.h>

#include "harness/roster/traits.h"
#include "harness/view/advice_show.h"

void advice_share(char words[FORMAT_MAX], double share)
{
	(void)snprintf(words, FORMAT_MAX,
		share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
}

/* The latency so many times as long, if it is constant. */
static void say_delays(struct advice_text *text, double factor)
{
	const struct setting *s = workload_settings;
	double level;
	const char *unit;

	while (strcmp(s->name, "latency") != 0)
		s++;
	unit = setting_level(s, &text->advice->workload, &level);
	level *= factor;
	if (unit)
		paragraph_say(&text->paragraph,
			"With a latency of about %.*f %s,", level < 10 ? 1 : 0,
			level, unit);
	else
		paragraph_say(&text->paragraph,
			"With delays about %.2g times as long,", factor);
}

static void write_change(
	struct advice_text *text, const struct advice_change *change)
{
	const struct advice *advice = text->advice;
	const struct advice_row *row = &advice->rows[change->row];
	const struct advice_row *chosen = &advice->rows[advice->chosen];
	const struct traits *traits = traits_find(row->strategy);
	char label[SUMMARY_LABEL_MAX], here[SUMMARY_LABEL_MAX];
	char share[FORMAT_MAX], figure[FORMAT_MAX], its[FORMAT_MAX];
	double more;

	advice_label(label, row);
	advice_label(here, chosen);
	more = row->ratio.value / chosen->ratio.value - 1;
	advice_share(share, more < 0 ? -more : more);
	paragraph_item(&text->paragraph);
	switch (change->kind) {
	case ADVICE_IF_SLACK:
		paragraph_say(&text->paragraph,
			"If %s more time does not matter, %s is simpler", share,
			label);
		if (traits)
			paragraph_say(&text->paragraph, "(%s, strategies/%s.c)",
				traits->how, row->strategy);
		break;
	case ADVICE_IF_LONGER:
		say_delays(text, change->value);
		paragraph_say(&text->paragraph,
			"%s would be within 1 %% of the fastest (predicted "
			"from what each costs besides the delays).",
			label);
		break;
	case ADVICE_IF_SHORTER:
		say_delays(text, change->value);
		paragraph_say(&text->paragraph,
			"%s would be 5 %% ahead of %s (predicted likewise).",
			label, here);
		break;
	case ADVICE_IF_CPU:
		format_ms(figure, change->value, 10 * change->value);
		format_ms(its, chosen->cpu_ns, 10 * chosen->cpu_ns);
		paragraph_say(&text->paragraph,
			"If CPU time counts more, %s takes %s ms of it instead "
			"of %s, and %s %s time.",
			label, figure, its, share, more < 0 ? "less" : "more");
		break;
	case ADVICE_IF_CONNECTIONS:
		paragraph_say(&text->paragraph,
			"If connections count more, %s opens %.0f instead of "
			"%.0f, and takes %s %s time.",
			label, change->value, chosen->connections, share,
			more < 0 ? "less" : "more");
		break;
	}
	if (change->kind == ADVICE_IF_SLACK)
		paragraph_mark(&text->paragraph, '.');
	paragraph_end(&text->paragraph);
}

void advice_write_changes(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	const char *helps =
		advice_what_helps(advice->rows[advice->chosen].bound_by);

	paragraph_head(&text->paragraph, "What would change the answer:");
	paragraph_end(&text->paragraph);
	for (size_t i = 0; i < advice->change_count; i++)
		write_change(text, &advice->changes[i]);
	if (helps) {
		paragraph_item(&text->paragraph);
		paragraph_say(&text->paragraph, "%s", helps);
		paragraph_end(&text->paragraph);
	}
	paragraph_item(&text->paragraph);
	paragraph_say(
		&text->paragraph, "Another machine, with more or fewer CPUs.");
	paragraph_end(&text->paragraph);
}
