/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells how far the server and gnuplot are confined here. */
#ifndef HARNESS_RECORD_CONFINE_CHECK_H
#define HARNESS_RECORD_CONFINE_CHECK_H

#include "harness/record/host_checks.h"

/* The finding of harness/base/confine.h. Changes nothing. */
struct finding confine_check(void);

#endif
