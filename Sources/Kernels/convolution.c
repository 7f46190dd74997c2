#ifndef PASS
#define SELF "convolution.c"
#include <stdlib.h>

#include "geometry.h"
#include "planes.h"
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"

// Room to list the products of a position that are not with zero.
typedef struct NAME(listing) {
    uint8_t *live;
    int32_t *in_rows, *weight_rows;
} NAME(listing);

// Whether passing over rows of zeros saves more than making the lists takes: to list a product takes about as long as so
// many registers of products, and an eighth has to be gained.
#define LISTED 6
static INLINE int NAME(pays)(size_t live, size_t in_rows, size_t rows, size_t lanes) {
    const size_t registers = rows * ((lanes * sizeof(T) + VECTOR - 1) / VECTOR);
    return 8 * live < 7 * in_rows && (in_rows - live) * registers > LISTED * in_rows;
}
#undef LISTED

// Marks the rows that are not zero in all lanes; returns how many.
static size_t NAME(mark)(size_t rows, size_t lanes, const T *in, uint8_t *live) {
    size_t count = 0;
    for (size_t row = 0; row < rows; row++, in += lanes) {
        int any = 0;
        for (size_t lane = 0; lane < lanes; lane++) any |= in[lane] != 0;
        live[row] = (uint8_t)any;
        count += (size_t)any;
    }
    return count;
}

// Lists the products of a position whose input rows are marked; returns how many.
static INLINE size_t NAME(list)(
    const gs_direction *direction, gs_class class, const uint8_t *live, const NAME(listing) *listing) {
    size_t count = 0;
    for (size_t i = class.first; i < class.first + class.count; i++) {
        listing->in_rows[count] = direction->in_rows[i];
        listing->weight_rows[count] = direction->weight_rows[i];
        count += live[direction->in_rows[i]];
    }
    return count;
}

// One direction of a convolution: every position of the result is a dense product over the rows its class names, but
// for rows of zeros, if there are some and zeros may be passed over.
static void NAME(convolve)(
    const gs_direction *direction, const T *packed, size_t packed_group, gs_zeros zeros, size_t lanes, const T *bias,
    const T *in, T *out, gs_store store, gs_activation activation) {
    const size_t in_rows = direction->group_in_rows;
    // Without memory for it, nothing is passed over.
    int32_t *room = zeros == GS_ZEROS_PASSED ? malloc(2 * direction->columns * sizeof *room + in_rows) : NULL;
    NAME(listing) listing = {0};
    if (room)
        listing = (NAME(listing)){(uint8_t *)(room + 2 * direction->columns), room, room + direction->columns};
    for (size_t group = 0; group < direction->groups; group++) {
        const T *weights = packed + group * packed_group;
        const T *group_in = in + group * in_rows * lanes;
        const T *group_bias = bias ? bias + group * direction->rows : NULL;
        T *group_out = out + group * direction->rows * direction->positions * lanes;
        const int passing =
            room && NAME(pays)(NAME(mark)(in_rows, lanes, group_in, listing.live), in_rows, direction->rows, lanes);
        for (size_t position = 0; position < direction->positions; position++) {
            const gs_place place = direction->places[position];
            const gs_class class = direction->classes[place.class];
            const int whole = class.count == direction->columns;
            const size_t count =
                passing ? NAME(list)(direction, class, listing.live + place.base, &listing) : class.count;
            NAME(panels)(
                direction->rows, count, direction->columns, lanes, weights, group_bias, group_in + place.base * lanes,
                passing ? listing.in_rows : direction->in_rows + class.first,
                passing ? listing.weight_rows : whole ? NULL : direction->weight_rows + class.first,
                group_out + position * lanes, direction->positions, store, activation);
        }
    }
    free(room);
}

#elif PASS == EXPORTS

// One direction, made ready: for lanes, and for one lane alone.
typedef struct NAME(side) {
    gs_direction direction;
    gs_grids grids;
    // The weights of one group after another.
    T *weights;
    size_t group;
} NAME(side);

#define PLAN PUBLIC(convolution)
struct PLAN {
    NAME(side) forward, backward;
    gs_zeros zeros;
    // Of each group.
    size_t out, in, taps;
};

// Row c of the backward weights has the columns (m, tap): the forward matrix turned channel by channel.
static void NAME(pack_backward)(size_t out_channels, size_t in_channels, size_t taps, const T *weights, T *turned) {
    for (size_t c = 0; c < in_channels; c++)
        for (size_t m = 0; m < out_channels; m++)
            for (size_t tap = 0; tap < taps; tap++)
                *turned++ = weights[(m * in_channels + c) * taps + tap];
}

static void NAME(pack_forward_side)(NAME(side) *side, size_t out, size_t in, size_t taps, const T *weights) {
    for (size_t group = 0; group < side->direction.groups; group++)
        PUBLIC(pack)(
            out, in * taps, weights + group * out * in * taps, in * taps, 1, side->weights + group * side->group);
}

static bool NAME(pack_backward_side)(NAME(side) *side, size_t out, size_t in, size_t taps, const T *weights) {
    T *turned = malloc((out * in * taps + 1) * sizeof(T));
    for (size_t group = 0; turned && group < side->direction.groups; group++) {
        NAME(pack_backward)(out, in, taps, weights + group * out * in * taps, turned);
        PUBLIC(pack)(in, out * taps, turned, out * taps, 1, side->weights + group * side->group);
    }
    free(turned);
    return turned != NULL;
}

static bool NAME(side_make)(const gs_geometry *geometry, gs_way way, NAME(side) *side) {
    if (!gs_direction_make(geometry, way, &side->direction) || !gs_grids_make(geometry, way, &side->grids))
        return false;
    side->group = gs_packed_count(side->direction.rows, side->direction.columns);
    side->weights = calloc(side->direction.groups * side->group, sizeof(T));
    return side->weights != NULL;
}

static void NAME(side_free)(NAME(side) *side) {
    gs_direction_free(&side->direction);
    gs_grids_free(&side->grids);
    free(side->weights);
}

PLAN *PUBLIC(convolution_create)(
    size_t dimensions, size_t groups, size_t in_channels, size_t out_channels, const size_t *input,
    const size_t *output, const size_t *kernel, const size_t *strides, const size_t *dilations, const size_t *pads,
    const T *weights, gs_ways ways) {
    const gs_geometry geometry = gs_geometry_make(
        dimensions, groups, in_channels, out_channels, input, output, kernel, strides, dilations, pads);
    PLAN *plan = geometry.valid ? calloc(1, sizeof *plan) : NULL;
    if (!plan) return NULL;
    plan->out = geometry.out_channels;
    plan->in = geometry.in_channels;
    plan->taps = geometry.taps;
    if (((ways & GS_WAYS_FORWARD) == 0 || NAME(side_make)(&geometry, GS_FORWARD, &plan->forward))
        && ((ways & GS_WAYS_BACKWARD) == 0 || NAME(side_make)(&geometry, GS_BACKWARD, &plan->backward))
        && PUBLIC(convolution_repack)(plan, weights))
        return plan;
    PUBLIC(convolution_destroy)(plan);
    return NULL;
}

bool PUBLIC(convolution_repack)(PLAN *plan, const T *weights) {
    const NAME(side) *any = plan->forward.weights ? &plan->forward : &plan->backward;
    const size_t count = any->direction.groups * plan->out * plan->in * plan->taps;
    plan->zeros = GS_ZEROS_PASSED;
    for (size_t i = 0; i < count; i++)
        if (!__builtin_isfinite(weights[i])) plan->zeros = GS_ZEROS_MULTIPLIED;
    if (plan->forward.weights) NAME(pack_forward_side)(&plan->forward, plan->out, plan->in, plan->taps, weights);
    return !plan->backward.weights
        || NAME(pack_backward_side)(&plan->backward, plan->out, plan->in, plan->taps, weights);
}

const gs_direction *PUBLIC(convolution_direction)(const PLAN *plan) { return &plan->forward.direction; }

void PUBLIC(convolution_destroy)(PLAN *plan) {
    if (!plan) return;
    NAME(side_free)(&plan->forward);
    NAME(side_free)(&plan->backward);
    free(plan);
}

static EXPORT_AS(NAME(run), convolve, (
    const gs_direction *direction, const T *packed, size_t packed_group, gs_zeros zeros, size_t lanes, const T *bias,
    const T *in, T *out, gs_store store, gs_activation activation),
    (direction, packed, packed_group, zeros, lanes, bias, in, out, store, activation))

static void NAME(run_side)(
    const NAME(side) *side, gs_zeros zeros, size_t lanes, const T *bias, const T *in, T *out, gs_store store,
    gs_activation activation, gs_share share) {
    const gs_direction *direction = &side->direction;
    if (lanes == 1 && zeros == GS_ZEROS_PASSED)
        PUBLIC(planes)(
            &side->grids, direction->groups, direction->rows, side->weights, side->group, bias, in, out, store,
            activation, share);
    else if (share.part == 0)
        NAME(run)(direction, side->weights, side->group, zeros, lanes, bias, in, out, store, activation);
}

static const gs_activation NAME(none) = {GS_ACTIVATION_NONE, 0, 0};

void PUBLIC(convolution_forward)(
    const PLAN *plan, size_t lanes, const T *bias, const T *in, T *out, gs_activation activation, gs_share share) {
    NAME(run_side)(&plan->forward, plan->zeros, lanes, bias, in, out, GS_STORE_REPLACE, activation, share);
}

void PUBLIC(convolution_gradient)(
    const PLAN *plan, size_t lanes, const T *gout, T *gin, gs_store store, gs_share share) {
    NAME(run_side)(&plan->backward, plan->zeros, lanes, NULL, gout, gin, store, NAME(none), share);
}

void PUBLIC(convolution_transposed)(
    const PLAN *plan, size_t lanes, const T *bias, const T *in, T *out, gs_activation activation, gs_share share) {
    NAME(run_side)(&plan->backward, plan->zeros, lanes, bias, in, out, GS_STORE_REPLACE, activation, share);
}

void PUBLIC(convolution_transposed_gradient)(
    const PLAN *plan, size_t lanes, const T *gout, T *gin, gs_store store, gs_share share) {
    NAME(run_side)(&plan->forward, plan->zeros, lanes, NULL, gout, gin, store, NAME(none), share);
}
#undef PLAN
#endif
