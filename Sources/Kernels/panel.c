// The dense micro-kernel: PANEL output rows by COLUMNS registers of lanes, held in registers over the whole sum.
#ifndef PASS
#define SELF "panel.c"

// Registers abreast where there is one row alone: fewer sums would wait for one another.
#define ALONE 8
// Lanes that are left over, and panels, whose sums run side by side.
#define TAIL 4
#define TAIL_PANELS 6

// How a step of the sum finds its input row and its weights.
typedef enum addressing {
    ADDRESSING_DENSE,
    ADDRESSING_ROWS,
    ADDRESSING_ROWS_AND_WEIGHTS,
} addressing;
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"
#define LENGTH (VECTOR / sizeof(T))

// `rows` rows from row `start` of a panel on, maybe into the next. All but `s`, `panel` and `lane` are constants where
// this is called, so that `sum` lives in registers.
static INLINE void NAME(block)(
    const size_t start, const size_t rows, const size_t vectors, const addressing mode, const NAME(sweep) *s,
    size_t panel, size_t lane) {
    const size_t first = panel * PANEL + start, panel_stride = s->panel_stride;
    const T *weights = s->weights + panel * panel_stride, *in = s->in + lane;
    const size_t in_step = s->in_step, count = s->count, out_stride = s->out_stride;
    T *out = s->out + first * out_stride + lane;
    NAME(vector) sum[PANEL][ALONE];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++)
            if (s->continued)
                memcpy(&sum[r][v], out + r * out_stride + v * LENGTH, VECTOR);
            else
                sum[r][v] = (NAME(vector))(s->bias ? s->bias[first + r] : 0);
    for (size_t k = 0; k < count; k++) {
        const T *x = in + (mode == ADDRESSING_DENSE ? (ptrdiff_t)k : s->in_rows[k]) * (ptrdiff_t)in_step;
        const T *w = weights + (mode == ADDRESSING_ROWS_AND_WEIGHTS ? (size_t)s->weight_rows[k] : k) * PANEL;
        // The next panel's weights lie elsewhere: they are asked for while these are at work.
        __builtin_prefetch(w + panel_stride);
        NAME(vector) row[ALONE];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) memcpy(&row[v], x + v * LENGTH, VECTOR);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++)
                sum[r][v] = __builtin_elementwise_fma(
                    (NAME(vector))(w[(start + r) / PANEL * panel_stride + (start + r) % PANEL]), row[v], sum[r][v]);
    }
    if (s->last)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++)
                sum[r][v] = NAME(activate)(NAME(settled)(sum[r][v]), s->activation);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) memcpy(out + r * out_stride + v * LENGTH, &sum[r][v], VECTOR);
}

// The full panels, then the rows that are left. One to three rows would wait for their sums: they and the last full
// panel are shared out between two blocks.
static INLINE void NAME(strip)(const size_t vectors, const addressing mode, const NAME(sweep) *s, size_t lane) {
    const size_t panels = s->rows / PANEL, left = s->rows % PANEL;
    const int evened = panels > 0 && (left == 1 || left == 2 || left == 3);
    const size_t full = evened ? panels - 1 : panels;
    for (size_t panel = 0; panel < full; panel++) NAME(block)(0, PANEL, vectors, mode, s, panel, lane);
    switch (evened ? (PANEL + left + 1) / 2 : left) {
    case 1: NAME(block)(0, 1, vectors, mode, s, full, lane); break;
    case 2: NAME(block)(0, 2, vectors, mode, s, full, lane); break;
    case 3: NAME(block)(0, 3, vectors, mode, s, full, lane); break;
    case 4: NAME(block)(0, 4, vectors, mode, s, full, lane); break;
    case 5: NAME(block)(0, 5, vectors, mode, s, full, lane); break;
    }
    if (!evened) return;
    switch (left) {
    case 1: NAME(block)(4, 3, vectors, mode, s, full, lane); return;
    case 2: NAME(block)(4, 4, vectors, mode, s, full, lane); return;
    case 3: NAME(block)(5, 4, vectors, mode, s, full, lane); return;
    }
}

typedef T NAME(eight) __attribute__((ext_vector_type(8)));

// One step of the sums of `tails`. A register takes two weights more than a panel has, those of the next step: where
// there may be none, `next` is 0.
static INLINE void NAME(tail_step)(
    const size_t panels, const size_t width, const int next, const NAME(sweep) *s, const T *x, const T *weights,
    NAME(eight) sum[TAIL_PANELS][TAIL]) {
    NAME(eight) row[TAIL_PANELS];
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++) {
        row[p] = (NAME(eight))(0);
        memcpy(&row[p], weights + p * s->panel_stride, (next ? 8 : PANEL) * sizeof(T));
    }
#pragma clang loop unroll(full)
    for (size_t v = 0; v < width; v++)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < panels; p++)
            sum[p][v] = __builtin_elementwise_fma(row[p], (NAME(eight))(x[v]), sum[p][v]);
}

// `width` lanes of some panels, whose rows take the place of lanes in a register: what is left of widths that are no multiple
// of one. The same sums in the same order. `panels` and `width` are constants where this is called.
static INLINE void NAME(tails)(
    const size_t panels, const size_t width, const addressing mode, const NAME(sweep) *s, size_t panel, size_t lane) {
    const size_t first = panel * PANEL, left = s->rows - first, count = s->count, stride = s->out_stride;
    const T *weights = s->weights + panel * s->panel_stride, *in = s->in + lane;
    T *out = s->out + first * stride + lane, ends[TAIL_PANELS][TAIL][8] = {0};
    NAME(eight) sum[TAIL_PANELS][TAIL];
    for (size_t r = 0; r < panels * PANEL && r < left; r++)
        for (size_t v = 0; v < width; v++)
            ends[r / PANEL][v][r % PANEL] = s->continued ? out[r * stride + v] : s->bias ? s->bias[first + r] : 0;
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < width; v++) memcpy(&sum[p][v], ends[p][v], sizeof sum[p][v]);
    const int named = mode == ADDRESSING_ROWS_AND_WEIGHTS;
    for (size_t k = 0; k < count; k++) {
        const T *x = in + (mode == ADDRESSING_DENSE ? (ptrdiff_t)k : s->in_rows[k]) * (ptrdiff_t)s->in_step;
        const T *w = weights + (named ? (size_t)s->weight_rows[k] : k) * PANEL;
        if (!named && k + 1 < count) NAME(tail_step)(panels, width, 1, s, x, w, sum);
        else NAME(tail_step)(panels, width, 0, s, x, w, sum);
    }
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < width; v++) memcpy(ends[p][v], &sum[p][v], sizeof sum[p][v]);
    for (size_t r = 0; r < panels * PANEL && r < left; r++)
        for (size_t v = 0; v < width; v++) {
            const T end = ends[r / PANEL][v][r % PANEL];
            out[r * stride + v] = s->last ? NAME(activate_one)(end + 0, s->activation) : end;
        }
}

// All panels: as many side by side as keep sums from waiting for one another.
static INLINE void NAME(tail)(const size_t width, const addressing mode, const NAME(sweep) *s, size_t lane) {
    const size_t panels = (s->rows + PANEL - 1) / PANEL, abreast = width == 1 ? TAIL_PANELS : TAIL_PANELS / 3;
    size_t panel = 0;
    for (; panel + abreast <= panels; panel += abreast) NAME(tails)(abreast, width, mode, s, panel, lane);
    for (; panel < panels; panel++) NAME(tails)(1, width, mode, s, panel, lane);
}

static INLINE void NAME(lanes)(const addressing mode, const NAME(sweep) *s) {
    size_t lane = 0;
    if (s->rows == 1)
        for (; lane + ALONE * LENGTH <= s->lanes; lane += ALONE * LENGTH)
            NAME(block)(0, 1, ALONE, mode, s, 0, lane);
    for (; lane + COLUMNS * LENGTH <= s->lanes; lane += COLUMNS * LENGTH) NAME(strip)(COLUMNS, mode, s, lane);
    const size_t left = (s->lanes - lane) / LENGTH;
    switch (left) {
    case 1: if (COLUMNS > 1) NAME(strip)(1, mode, s, lane); break;
    case 2: if (COLUMNS > 2) NAME(strip)(2, mode, s, lane); break;
    case 3: if (COLUMNS > 3) NAME(strip)(3, mode, s, lane); break;
    }
    lane += left * LENGTH;
    for (; lane + TAIL <= s->lanes; lane += TAIL) NAME(tail)(TAIL, mode, s, lane);
    for (; lane < s->lanes; lane++) NAME(tail)(1, mode, s, lane);
}
// Each mode is its own function, so that the code of one is near together.
void NAME(gs_sweep_dense)(const NAME(sweep) *s) { NAME(lanes)(ADDRESSING_DENSE, s); }
void NAME(gs_sweep_rows)(const NAME(sweep) *s) { NAME(lanes)(ADDRESSING_ROWS, s); }
void NAME(gs_sweep_rows_and_weights)(const NAME(sweep) *s) { NAME(lanes)(ADDRESSING_ROWS_AND_WEIGHTS, s); }
#undef LENGTH
#endif
