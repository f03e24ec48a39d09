/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What outside of a program's command line decides what it asks for. */
#ifndef HARNESS_VIEW_PROGRAM_NOTES_H
#define HARNESS_VIEW_PROGRAM_NOTES_H

#include <stdio.h>

#include "harness/roster/exec.h"

/* Says of programs what of the user's settings they meet, and what not. */
void program_notes_tell(FILE *out, const struct exec_list *programs);

#endif
