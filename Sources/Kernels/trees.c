#ifndef PASS
#define SELF "trees.c"
#if defined(__x86_64__)
#include <immintrin.h>
#endif
// Lanes that go down a tree together.
#define GROUP 16
#include "passes.h"

#elif PASS == KERNELS

// One step down of one lane.
static INLINE int32_t NAME(step)(const gs_trees *trees, size_t lanes, const T *x, int32_t node) {
    const int32_t feature = trees->features[node];
    const T value = x[(size_t)(feature & ~GS_MISSING_LOW) * lanes];
    const int low = value <= ((const T *)trees->thresholds)[node] || (feature & GS_MISSING_LOW && value != value);
    return trees->children[2 * (size_t)node + !low];
}

static INLINE int32_t NAME(leaf)(const gs_trees *trees, size_t lanes, const T *x, int32_t node) {
    for (;;) {
        const int32_t next = NAME(step)(trees, lanes, x, node);
        if (next == node) return node;
        node = next;
    }
}

// The leaves of a group of lanes. Where the processor gathers, all lanes take a step at once.
static INLINE void NAME(walk)(const gs_trees *trees, size_t lanes, const T *x, int32_t root, int32_t *leaves) {
#if VECTOR == 64 && !WIDE
    const __m512i own = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i stride = _mm512_set1_epi32((int)lanes);
    __m512i node = _mm512_set1_epi32(root);
    for (;;) {
        const __m512i test = _mm512_i32gather_epi32(node, trees->features, 4);
        const __m512i feature = _mm512_and_si512(test, _mm512_set1_epi32(~GS_MISSING_LOW));
        const __m512 threshold = _mm512_i32gather_ps(node, trees->thresholds, 4);
        const __m512 value
            = _mm512_i32gather_ps(_mm512_add_epi32(_mm512_mullo_epi32(feature, stride), own), x, 4);
        const __mmask16 low = _mm512_cmp_ps_mask(value, threshold, _CMP_LE_OQ)
            | (_mm512_test_epi32_mask(test, _mm512_set1_epi32(GS_MISSING_LOW))
               & _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q));
        const __m512i doubled = _mm512_slli_epi32(node, 1);
        const __m512i child
            = _mm512_mask_add_epi32(doubled, (__mmask16)~low, doubled, _mm512_set1_epi32(1));
        const __m512i next = _mm512_i32gather_epi32(child, trees->children, 4);
        if (_mm512_cmpneq_epi32_mask(next, node) == 0) break;
        node = next;
    }
    _mm512_storeu_si512(leaves, node);
#else
    for (size_t lane = 0; lane < GROUP; lane++) leaves[lane] = root;
    for (int moved = 1; moved;) {
        moved = 0;
        for (size_t lane = 0; lane < GROUP; lane++) {
            const int32_t next = NAME(step)(trees, lanes, x + lane, leaves[lane]);
            moved |= next != leaves[lane];
            leaves[lane] = next;
        }
    }
#endif
}

static INLINE T NAME(joined)(gs_leaves kind, T sum, T weight) {
    switch (kind) {
    case GS_LEAVES_SUM: return sum + weight;
    case GS_LEAVES_MIN: return weight < sum ? weight : sum;
    default: return weight > sum ? weight : sum;
    }
}

static void NAME(trees)(const gs_trees *trees, size_t lanes, const T *x, T *y) {
    const T none = trees->leaves == GS_LEAVES_SUM ? 0 : trees->leaves == GS_LEAVES_MIN ? (T)INFINITY : (T)-INFINITY;
    const T *weights = trees->weights;
    for (size_t i = 0; i < trees->targets * lanes; i++) y[i] = none;
    const size_t group = lanes < GROUP ? 1 : GROUP;
    for (size_t tree = 0; tree < trees->trees; tree++) {
        const int32_t *targets = trees->tree_targets + trees->firsts[tree];
        const size_t count = (size_t)(trees->firsts[tree + 1] - trees->firsts[tree]);
        for (size_t lane = 0; lane < lanes; lane += group) {
            int32_t leaves[GROUP];
            if (group == 1)
                leaves[0] = NAME(leaf)(trees, lanes, x + lane, trees->roots[tree]);
            else
                NAME(walk)(trees, lanes, x + lane, trees->roots[tree], leaves);
            for (size_t target = 0; target < count; target++) {
                T *row = y + (size_t)targets[target] * lanes + lane;
                for (size_t l = 0; l < group; l++) {
                    const T weight = weights[(size_t)trees->places[leaves[l]] + target];
                    row[l] = NAME(joined)(trees->leaves, row[l], weight);
                }
            }
        }
    }
    if (trees->leaves == GS_LEAVES_SUM) return;
    for (size_t i = 0; i < trees->targets * lanes; i++) y[i] = y[i] == none ? 0 : y[i];
}

#elif PASS == EXPORTS
EXPORT(trees, (const gs_trees *trees, size_t lanes, const T *x, T *y), (trees, lanes, x, y))
#endif
