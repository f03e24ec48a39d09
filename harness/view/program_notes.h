/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes on what outside its command line changes a program's requests. */
#ifndef HARNESS_VIEW_PROGRAM_NOTES_H
#define HARNESS_VIEW_PROGRAM_NOTES_H

#include <stdio.h>

#include "harness/roster/exec.h"

/* Prints a note for each setting of the user that concerns a program. */
void program_notes_tell(FILE *out, const struct exec_list *programs);

#endif
