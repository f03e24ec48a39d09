/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers behind check_write, one for each form. For its own files. */
#ifndef HARNESS_VIEW_CHECK_FORMS_H
#define HARNESS_VIEW_CHECK_FORMS_H

#include <jansson.h>
#include <stdio.h>

#include "harness/gate/check.h"

/* Return 0 or -ENOMEM; whether out took it is the caller's to ask of it. */
int check_write_smaller_is_better(FILE *out, const struct check_report *report);
int check_write_google_benchmark(FILE *out, const struct check_report *report);

/* A line for each row, by scenario, the reasons below, and what it comes to. */
void check_write_table(FILE *out, const struct check_report *report);

void check_write_markdown(FILE *out, const struct check_report *report);
void check_write_annotations(FILE *out, const struct check_report *report);
void check_write_junit(FILE *out, const struct check_report *report);
void check_write_go_benchmark(FILE *out, const struct check_report *report);

enum { CHECK_FINDING_MAX = 512 };

/* "+3.1 %"; "-" when it is unknown. */
void check_change(char *change, size_t size, double ratio);

/* The slow-down that was tolerated, as check_change; "-": none was. */
void check_margin(char *margin, size_t size, const struct check_row *row);

/* "elapsed +12.1 % [+9.8, +13.0], margin +5.0 %: reason", cut if longer. */
void check_finding(
	char finding[CHECK_FINDING_MAX], const struct check_row *row);

#endif
