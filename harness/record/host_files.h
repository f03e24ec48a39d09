/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of host.c that reads files; host.h is for everybody else. */
#ifndef HARNESS_RECORD_HOST_FILES_H
#define HARNESS_RECORD_HOST_FILES_H

#include "harness/record/host.h"

/* Fills in what the files below root tell; the rest stays as it is. */
void host_read_files(struct host *host, const char *root);

#endif
