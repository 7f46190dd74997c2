// Memory that a thread keeps for the kernels it runs.
#pragma once

#include <stddef.h>

// At least so many bytes, aligned for any vector, what they hold unknown. It is this thread's until it asks again. Ends the
// process for want of memory.
void *gs_room(size_t bytes);
