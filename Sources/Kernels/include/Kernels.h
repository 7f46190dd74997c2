/// The innermost loops of the engine, single-threaded, chosen at run time for the processor.
///
/// Layout. A value of E elements is E *rows*; a row is `lanes` adjacent numbers, one per independent proposal. `lanes`
/// is 64, 48, 32, 16 or 1 (elementwise kernels take any number from 1 to 64). A *uniform* operand has one number per
/// element and no lanes. Tables are `int32_t` row numbers; where a table may be NULL, NULL means the identity.
///
/// Results. Every result is bit-identical for every `lanes`, every lane position and every dispatch path: sums run in
/// one documented order, products and sums are fused only where a kernel says so, subnormal numbers are kept.
///
/// Aliasing. An output may not overlap an input unless the function says that it may be *the same* buffer. Buffers need
/// only the natural alignment of their type. Functions named `..._gradient` add to their result, which the caller has
/// set to zero before the first use. Sizes are trusted: callers have checked shapes and tables.
///
/// Suffix `_f32` is float, `_f64` is double. Truth values and integers are stored as double.
#pragma once

#include "binary.h"
#include "bounds.h"
#include "convolution.h"
#include "dense.h"
#include "dispatch.h"
#include "language.h"
#include "move.h"
#include "pool.h"
#include "quantised.h"
#include "reduce.h"
#include "scattered.h"
#include "softmax.h"
#include "sparse.h"
#include "trees.h"
#include "unary.h"
#include "update.h"
#include "waves.h"
#include "weights.h"
