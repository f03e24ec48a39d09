/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notes on what a program's command line lacks, and on what outside it changes
 * the program's requests.
 */
#ifndef HARNESS_VIEW_PROGRAM_NOTES_H
#define HARNESS_VIEW_PROGRAM_NOTES_H

#include <stdio.h>

#include "harness/roster/exec.h"

/*
 * Prints a warning for each program that is not told the concurrency, and a note
 * for each setting of the user that concerns a program.
 */
void program_notes_tell(FILE *out, const struct exec_list *programs);

#endif
