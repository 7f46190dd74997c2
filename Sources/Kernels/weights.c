#ifndef PASS
#define SELF "weights.c"
#include <stdlib.h>

#include "geometry.h"
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"

#ifndef PARTS
// The parts of a sum over lanes, whatever the registers.
#define PARTS 16
// Columns of weights that are summed together: as many as fill a row of the dense micro-kernel.
#define WEIGHT_STRIP 64
#endif
typedef T NAME(parts) __attribute__((ext_vector_type(PARTS)));

static INLINE T NAME(joined)(NAME(parts) p) {
    typedef T eight __attribute__((ext_vector_type(8)));
    typedef T four __attribute__((ext_vector_type(4)));
    const eight half = p.lo + p.hi;
    const four quarter = half.lo + half.hi;
    return (quarter.x + quarter.z) + (quarter.y + quarter.w);
}

// A dense product whose sum runs over lanes: rows of gout, packed, by what the lanes of the input become as rows.
static void NAME(dense_weights)(
    size_t rows, size_t columns, size_t lanes, const T *gout, const T *in, T *scratch, T *sums) {
    T *packed = scratch, *turned = packed + gs_packed_count(rows, lanes), *filled = turned + WEIGHT_STRIP * lanes;
    PUBLIC(pack)(rows, lanes, gout, lanes, 1, packed);
    for (size_t first = 0; first < columns; first += WEIGHT_STRIP) {
        const size_t left = columns - first < WEIGHT_STRIP ? columns - first : WEIGHT_STRIP;
        const size_t width = (left + PARTS - 1) / PARTS * PARTS;
        const T *strip = in + first * lanes;
        if (left < width) {
            memcpy(filled, strip, left * lanes * sizeof(T));
            memset(filled + left * lanes, 0, (width - left) * lanes * sizeof(T));
            strip = filled;
        }
        PUBLIC(transpose)(width, lanes, strip, lanes, turned, width);
        const gs_activation none = {GS_ACTIVATION_NONE, 0, 0};
        NAME(panels)(
            rows, lanes, lanes, width, packed, NULL, turned, NULL, NULL, sums, 1, GS_STORE_ADD, none);
        sums += rows * width;
    }
}

static void NAME(dense_weights_add)(
    size_t rows, size_t columns, size_t first, size_t end, const T *sums, T *gradient) {
    for (size_t row = first / columns; row * columns < end; row++) {
        const size_t from = row * columns < first ? first - row * columns : 0;
        const size_t to = end - row * columns < columns ? end - row * columns : columns;
        for (size_t strip = from / WEIGHT_STRIP * WEIGHT_STRIP; strip < to; strip += WEIGHT_STRIP) {
            const size_t left = columns - strip < WEIGHT_STRIP ? columns - strip : WEIGHT_STRIP;
            const size_t width = (left + PARTS - 1) / PARTS * PARTS;
            const T *sum = sums + rows * strip + row * width;
            T *target = gradient + row * columns + strip;
            const size_t start = from > strip ? from - strip : 0;
            const size_t last = to - strip < left ? to - strip : left;
            LANEWISE for (size_t i = start; i < last; i++) target[i] += sum[i];
        }
    }
}

// Positions next to one another that meet the same weights: `count` rows of gout, and of the input from `base` on.
typedef struct NAME(run) {
    size_t count, lanes, gout_stride, columns;
    const T *gout, *in;
    const int32_t *in_rows, *weight_rows;
    T *parts;
} NAME(run);

// A block of weights: `rows` output channels by `entries` of the run's list, all positions and lanes, in registers.
static INLINE void NAME(meet)(const size_t rows, const size_t entries, const NAME(run) *r, size_t row, size_t entry) {
    const T *gout = r->gout + row * r->gout_stride * r->lanes, *in[4];
    T *parts[4];
    NAME(parts) sum[6][4];
#pragma clang loop unroll(full)
    for (size_t e = 0; e < entries; e++) {
        in[e] = r->in + (ptrdiff_t)r->in_rows[entry + e] * (ptrdiff_t)r->lanes;
        parts[e] = r->parts + (row * r->columns + (size_t)r->weight_rows[entry + e]) * PARTS;
#pragma clang loop unroll(full)
        for (size_t m = 0; m < rows; m++)
            memcpy(&sum[m][e], parts[e] + m * r->columns * PARTS, sizeof sum[m][e]);
    }
    const size_t total = r->count * r->lanes;
    for (size_t at = 0; at < total; at += PARTS) {
        NAME(parts) x[4];
#pragma clang loop unroll(full)
        for (size_t e = 0; e < entries; e++) memcpy(&x[e], in[e] + at, sizeof x[e]);
#pragma clang loop unroll(full)
        for (size_t m = 0; m < rows; m++) {
            NAME(parts) g;
            memcpy(&g, gout + m * r->gout_stride * r->lanes + at, sizeof g);
#pragma clang loop unroll(full)
            for (size_t e = 0; e < entries; e++) sum[m][e] = __builtin_elementwise_fma(g, x[e], sum[m][e]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t e = 0; e < entries; e++)
#pragma clang loop unroll(full)
        for (size_t m = 0; m < rows; m++)
            memcpy(parts[e] + m * r->columns * PARTS, &sum[m][e], sizeof sum[m][e]);
}

static INLINE void NAME(meet_rows)(const size_t rows, const NAME(run) *r, size_t row, size_t entries) {
    size_t entry = 0;
    // As even as can be: nine entries are 3 + 3 + 3.
    for (size_t blocks = (entries + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS; blocks > 0; blocks--) {
        const size_t width = (entries - entry + blocks - 1) / blocks;
        switch (width) {
        case 1: NAME(meet)(rows, 1, r, row, entry); break;
        case 2: NAME(meet)(rows, 2, r, row, entry); break;
        case 3: if (BLOCK_COLUMNS > 2) NAME(meet)(rows, 3, r, row, entry); break;
        case 4: if (BLOCK_COLUMNS > 3) NAME(meet)(rows, 4, r, row, entry); break;
        }
        entry += width;
    }
}

// One lane: it is all of its part.
static void NAME(meet_single)(const NAME(run) *r, size_t rows, size_t entries) {
    for (size_t m = 0; m < rows; m++)
        for (size_t e = 0; e < entries; e++) {
            T *sum = r->parts + (m * r->columns + (size_t)r->weight_rows[e]) * PARTS;
            for (size_t k = 0; k < r->count; k++)
                *sum = __builtin_elementwise_fma(
                    r->gout[m * r->gout_stride + k], r->in[r->in_rows[e] + (ptrdiff_t)k], *sum);
        }
}

static INLINE void NAME(meet_all)(const NAME(run) *r, size_t rows, size_t entries) {
    if (r->lanes % PARTS) return NAME(meet_single)(r, rows, entries);
    size_t row = 0;
    for (size_t blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS; blocks > 0; blocks--) {
        const size_t height = (rows - row + blocks - 1) / blocks;
        switch (height) {
        case 1: NAME(meet_rows)(1, r, row, entries); break;
        case 2: NAME(meet_rows)(2, r, row, entries); break;
        case 3: if (BLOCK_ROWS > 2) NAME(meet_rows)(3, r, row, entries); break;
        case 4: if (BLOCK_ROWS > 3) NAME(meet_rows)(4, r, row, entries); break;
        case 5: if (BLOCK_ROWS > 4) NAME(meet_rows)(5, r, row, entries); break;
        case 6: if (BLOCK_ROWS > 5) NAME(meet_rows)(6, r, row, entries); break;
        }
        row += height;
    }
}

static void NAME(convolution_weights)(
    const gs_direction *direction, size_t lanes, const T *gout, const T *in, T *parts, T *sums) {
    const size_t weights = direction->rows * direction->columns;
    for (size_t group = 0; group < direction->groups; group++) {
        memset(parts, 0, weights * PARTS * sizeof(T));
        for (size_t position = 0; position < direction->positions;) {
            const gs_place place = direction->places[position];
            const gs_class class = direction->classes[place.class];
            size_t count = 1;
            while (position + count < direction->positions
                && direction->places[position + count].class == place.class
                && direction->places[position + count].base == place.base + count)
                count++;
            const NAME(run) run = {
                .count = count, .lanes = lanes, .gout_stride = direction->positions, .columns = direction->columns,
                .gout = gout + position * lanes, .in = in + place.base * lanes,
                .in_rows = direction->in_rows + class.first, .weight_rows = direction->weight_rows + class.first,
                .parts = parts,
            };
            NAME(meet_all)(&run, direction->rows, class.count);
            position += count;
        }
        for (size_t i = 0; i < weights; i++) {
            NAME(parts) sum;
            memcpy(&sum, parts + i * PARTS, sizeof sum);
            sums[i] += NAME(joined)(sum);
        }
        sums += weights;
        gout += direction->rows * direction->positions * lanes;
        in += direction->group_in_rows * lanes;
    }
}

static void NAME(lane_sums)(size_t rows, size_t positions, size_t lanes, const T *in, T *sums) {
    for (size_t row = 0; row < rows; row++, in += positions * lanes) {
        NAME(parts) sum = 0;
        if (lanes % PARTS)
            for (size_t k = 0; k < positions; k++)
                for (size_t lane = 0; lane < lanes; lane++) sum[lane % PARTS] += in[k * lanes + lane];
        else
            for (size_t at = 0; at < positions * lanes; at += PARTS) {
                NAME(parts) x;
                memcpy(&x, in + at, sizeof x);
                sum += x;
            }
        sums[row] += NAME(joined)(sum);
    }
}

static void NAME(row_sums)(
    size_t rows, size_t inner, size_t picks, size_t lanes, const double *index, const T *gout, T *sums) {
    for (size_t pick = 0; pick < picks; pick++)
        for (size_t lane = 0; lane < lanes; lane++) {
            double row = index[pick * lanes + lane];
            if (row < 0) row += (double)rows;
            if (!(row >= 0 && row < (double)rows)) continue;
            T *sum = sums + (size_t)row * inner;
            for (size_t n = 0; n < inner; n++) sum[n] += gout[(pick * inner + n) * lanes + lane];
        }
}

#elif PASS == EXPORTS

#if !WIDE
#include "panel.h"

size_t gs_dense_weights_count(size_t rows, size_t columns) { return rows * ((columns + 15) / 16 * 16); }
size_t gs_dense_weights_scratch(size_t rows, size_t lanes) { return gs_packed_count(rows, lanes) + 128 * lanes; }
#endif

EXPORT(dense_weights, (
    size_t rows, size_t columns, size_t lanes, const T *gout, const T *in, T *scratch, T *sums),
    (rows, columns, lanes, gout, in, scratch, sums))

EXPORT(dense_weights_add, (
    size_t rows, size_t columns, size_t first, size_t end, const T *sums, T *gradient),
    (rows, columns, first, end, sums, gradient))

size_t PUBLIC(convolution_weights_scratch)(const struct PUBLIC(convolution) *plan) {
    const gs_direction *direction = PUBLIC(convolution_direction)(plan);
    return 16 * direction->rows * direction->columns;
}

static EXPORT_AS(NAME(weights_of), convolution_weights, (
    const gs_direction *direction, size_t lanes, const T *gout, const T *in, T *parts, T *sums),
    (direction, lanes, gout, in, parts, sums))

void PUBLIC(convolution_weights)(
    const struct PUBLIC(convolution) *plan, size_t lanes, const T *gout, const T *in, T *scratch, T *sums) {
    NAME(weights_of)(PUBLIC(convolution_direction)(plan), lanes, gout, in, scratch, sums);
}

EXPORT(lane_sums, (size_t rows, size_t positions, size_t lanes, const T *in, T *sums),
    (rows, positions, lanes, in, sums))
EXPORT(row_sums, (
    size_t rows, size_t inner, size_t picks, size_t lanes, const double *index, const T *gout, T *sums),
    (rows, inner, picks, lanes, index, gout, sums))
#endif
