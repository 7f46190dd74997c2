#pragma once

#include <stddef.h>
#include <stdint.h>

/// How the leaves that an input reaches, one of each tree, are put together.
typedef enum gs_leaves { GS_LEAVES_SUM, GS_LEAVES_MIN, GS_LEAVES_MAX } gs_leaves;

/// Set in `gs_trees.features` where NaN goes to the low child.
#define GS_MISSING_LOW 0x40000000

/// Trees of tests of one feature each, node by node. An input goes to the low child where its feature is at most the
/// node's threshold.
typedef struct gs_trees {
    size_t trees, targets;
    gs_leaves leaves;
    /// Per tree: its first node; and where its targets begin in `tree_targets`, with one more at the end.
    const int32_t *roots, *firsts;
    const int32_t *tree_targets;
    /// Per node: the feature, the low and the high child, and the place of a leaf's first weight. A leaf is its own child, with
    /// feature 0.
    const int32_t *features, *children, *places;
    /// Of the kernel's type. A leaf has a weight for each target of its tree.
    const void *thresholds, *weights;
} gs_trees;

/// `x` has rows of features, `y` a row for each target: what the leaves give, tree after tree in order, each sum rounded. A
/// target that no leaf gives anything is 0; with `GS_LEAVES_MIN` and `_MAX` weights are finite.
void gs_trees_f32(const gs_trees *trees, size_t lanes, const float *x, float *y);
void gs_trees_f64(const gs_trees *trees, size_t lanes, const double *x, double *y);
