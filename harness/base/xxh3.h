/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XXH3-64, compiled into the program by the vectors that every x86-64 has.
 *
 * Not from the library: its variants for wider vectors leave the upper halves
 * of the registers in use. Each SSE instruction of the code that runs next may
 * then take several times as long (Intel, Optimization Reference Manual,
 * "Mixing AVX code with SSE code"). On bodies of a few kB these variants gain
 * nothing. mock_server/xxh3.h does the same, because neither side includes the
 * other's.
 */
#ifndef HARNESS_BASE_XXH3_H
#define HARNESS_BASE_XXH3_H

#define XXH_INLINE_ALL
#ifdef __SSE2__
#define XXH_VECTOR XXH_SSE2
#endif
#include <xxhash.h>

#endif
