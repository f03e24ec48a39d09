/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers behind check_write, and the figures that they share. */
#ifndef HARNESS_VIEW_CHECK_FORMS_H
#define HARNESS_VIEW_CHECK_FORMS_H

#include <stdio.h>

#include "harness/gate/check.h"
#include "harness/view/format.h"

/* Return 0 or -ENOMEM; whether out took it is the caller's to ask of it. */
int check_write_table(FILE *out, const struct check_report *report);
int check_write_markdown(FILE *out, const struct check_report *report);
int check_write_annotations(FILE *out, const struct check_report *report);
int check_write_junit(FILE *out, const struct check_report *report);
int check_write_smaller_is_better(FILE *out, const struct check_report *report);
int check_write_google_benchmark(FILE *out, const struct check_report *report);
int check_write_go_benchmark(FILE *out, const struct check_report *report);

enum { CHECK_FINDING_MAX = 512 };

/* What the columns of the table and of the Markdown are, in lines. */
extern const char check_legend[];

/* The unit in which the row's medians are shown, by that of base; "": none. */
const char *check_unit(const struct check_row *row);

/* A median in that unit. */
void check_value(
	char figure[FORMAT_MAX], const struct check_row *row, double value);

/* "+3.1 %"; "-" when it is unknown. */
void check_change(char change[FORMAT_MAX], double ratio);

/* The slow-down that was tolerated, as check_change; "-": none was. */
void check_margin(char margin[FORMAT_MAX], const struct check_row *row);

/* "elapsed +12.1 % [+9.8, +13.0], margin +5.0 %: reason", cut if longer. */
void check_finding(
	char finding[CHECK_FINDING_MAX], const struct check_row *row);

#endif
