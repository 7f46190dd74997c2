#pragma once

#include <stdbool.h>

/// The instruction sets that every kernel is compiled for.
typedef enum gs_path {
    /// Vector extensions only: any processor.
    GS_PATH_GENERIC,
    /// AVX2 and FMA.
    GS_PATH_AVX2,
    /// AVX-512 F, VL, DQ, BW.
    GS_PATH_AVX512,
} gs_path;

/// The path in use: the best that the processor supports, until another is selected.
gs_path gs_path_current(void);

/// Uses `path` from now on, for tests and measurements; false, and no change, where the processor lacks it.
/// Not to be called while other threads run kernels.
bool gs_path_select(gs_path path);
