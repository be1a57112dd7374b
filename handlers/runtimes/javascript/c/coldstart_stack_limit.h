// Compiled in front of each of QuickJS's files for WASI, so that deep recursion throws a RangeError.
//
// QuickJS does not look at its stack where __wasi__ is defined, because most WASI programs are
// linked with too small a one: recursion would then write past its end, or end the host's stack,
// and the process with it. This module brings its own stack (build.rs) and tells QuickJS where it
// ends (src/engine.rs). Nothing else in these files depends on the name, once the headers of the
// C library, which need it, are read; but for malloc_usable_size, which any of four names gives.
#include <alloca.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__
#define __GLIBC__ 2

// QuickJS asks for the address of its frame wherever it may recurse. What it gets is part of that
// frame, and makes it larger: small frames (JSON, proxies) would otherwise use up the host's stack,
// which has about as much of each call, long before their own.
#define __builtin_frame_address(level) \
    ({ volatile char room[256]; room[0] = 0; (void *)room; })
