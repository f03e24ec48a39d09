/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for what libcurl reported; the rest of the harness knows no libcurl. */
#ifndef HARNESS_CLIENT_CLIENT_TEXT_H
#define HARNESS_CLIENT_CLIENT_TEXT_H

#include <stdint.h>

/* What a sample's `error` means, in one line. Constant text, any thread. */
const char *client_error_text(int32_t error);

#endif
