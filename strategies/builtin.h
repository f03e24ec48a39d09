/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of built-in strategies: all the harness sees of them. */
#ifndef STRATEGIES_BUILTIN_H
#define STRATEGIES_BUILTIN_H

#include <flagrace/strategy.h>

/* In the order in which they are listed; ends with NULL. */
extern const struct fr_strategy *const fr_builtin[];

#endif
