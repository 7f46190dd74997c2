#ifndef PASS
#define SELF "planes.c"
#include "planes.h"
#include "room.h"

// Positions that are computed at once.
#define BLOCK 64
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"

// Positions left over that are computed one by one: more are filled up to a register.
#define FEW (VECTOR / sizeof(T) / 4)
// As many positions are computed at once where no others are left.
#define BLOCK_MOST (BLOCK + FEW)

// A grid of a convolution under way: its planes, and a block of its results.
typedef struct NAME(field) {
    const gs_grids *grids;
    const gs_grid *grid;
    T *planes, *block;
    size_t rows;
    // How far apart lines of positions and their layers are, and how many positions there are: as in the planes, where what
    // is between lines is computed for nothing; or close together, and what they read is laid into `strips` first.
    const size_t *pitch;
    size_t length;
    T *strips;
    // Whether positions lie as results do: a block goes where it belongs at once.
    int direct;
} NAME(field);

// So many registers of products take as long as to lay one register into a strip.
#define LAYING 2

// Positions close together, where what is saved between lines is more than what laying takes.
static INLINE void NAME(arrange)(NAME(field) *f, T *strips) {
    const gs_grid *g = f->grid;
    const size_t positions = g->count[0] * g->count[1] * g->count[2];
    const int close = (g->length - positions) * f->rows > LAYING * positions;
    f->pitch = close ? g->count : g->extent;
    f->length = close ? positions : g->length;
    f->strips = close ? strips : NULL;
    f->direct = close && memcmp(g->count, f->grids->result, sizeof g->count) == 0;
}
#undef LAYING

// Where a position is in the planes.
static INLINE size_t NAME(place)(const NAME(field) *f, size_t position) {
    const size_t *e = f->grid->extent, *p = f->pitch;
    return (position / p[2] / p[1] * e[1] + position / p[2] % p[1]) * e[2] + position % p[2];
}

// What a row of a phase's plane shows of the source's row `line`, zeros around it.
static INLINE void NAME(lay_row)(const NAME(field) *f, size_t phase, const T *line, T *row) {
    const size_t step = f->grid->phases[2], extent = f->grids->source[2];
    const ptrdiff_t origin = f->grid->origin[2];
    const size_t skipped = origin < 0 ? (size_t)-origin : 0, first = origin > 0 ? (size_t)origin : 0;
    const size_t present = phase < extent ? (extent - phase + step - 1) / step : 0;
    if (present <= skipped || first >= f->grid->extent[2]) {
        memset(row, 0, f->grid->extent[2] * sizeof(T));
        return;
    }
    const size_t room = f->grid->extent[2] - first, left = present - skipped, count = left < room ? left : room;
    const T *from = line + phase + skipped * step;
    if (step == 1)
        memcpy(row + first, from, count * sizeof(T));
    else if (step == 2)
        for (size_t i = 0; i < count; i++) row[first + i] = from[2 * i];
    else
        for (size_t i = 0; i < count; i++) row[first + i] = from[i * step];
    for (size_t i = 0; i < first; i++) row[i] = 0;
    for (size_t i = first + count; i < f->grid->extent[2]; i++) row[i] = 0;
}

// The element of the source that coordinate `at` of a phase's plane shows, along axis d; -1 in the margins.
static INLINE ptrdiff_t NAME(shown)(const NAME(field) *f, size_t d, size_t phase, size_t at) {
    const ptrdiff_t place = (ptrdiff_t)at - f->grid->origin[d];
    const ptrdiff_t element = place * (ptrdiff_t)f->grid->phases[d] + (ptrdiff_t)phase;
    return place >= 0 && element < (ptrdiff_t)f->grids->source[d] ? element : -1;
}

// Lays the rows of the planes that numbers from..<end of each are part of.
static void NAME(lay)(const NAME(field) *f, const T *in, size_t from, size_t end) {
    const gs_grid *g = f->grid;
    const size_t *s = f->grids->source, *e = g->extent;
    T *plane = f->planes;
    for (size_t x = 0; x < g->phases[0]; x++)
        for (size_t y = 0; y < g->phases[1]; y++)
            for (size_t z = 0; z < g->phases[2]; z++)
                for (size_t channel = 0; channel < f->grids->channels; channel++, plane += g->plane)
                    for (size_t i = from / (e[1] * e[2]); i < e[0] && i * e[1] * e[2] < end; i++)
                        for (size_t j = 0; j < e[1]; j++) {
                            const size_t at = (i * e[1] + j) * e[2];
                            if (at + e[2] <= from || at >= end) continue;
                            const ptrdiff_t u = NAME(shown)(f, 0, x, i), v = NAME(shown)(f, 1, y, j);
                            if (u < 0 || v < 0) {
                                memset(plane + at, 0, e[2] * sizeof(T));
                                continue;
                            }
                            const T *line = in + ((channel * s[0] + (size_t)u) * s[1] + (size_t)v) * s[2];
                            NAME(lay_row)(f, z, line, plane + at);
                        }
}

// Moves a block of results, those from `first` on, out of the room for it, or into it.
static void NAME(carry)(const NAME(field) *f, size_t first, size_t count, T *out, const int into) {
    const gs_grid *g = f->grid;
    const size_t *r = f->grids->result, *p = f->pitch, positions = r[0] * r[1] * r[2];
    for (size_t q = first; q < first + count;) {
        const size_t k = q % p[2], j = q / p[2] % p[1], i = q / p[2] / p[1];
        const size_t line = p[2] - k, left = first + count - q, past = line < left ? line : left;
        if (j < g->count[1] && k < g->count[2]) {
            const size_t valid = g->count[2] - k < past ? g->count[2] - k : past, step = g->step[2];
            const size_t place = ((g->start[0] + i * g->step[0]) * r[1] + g->start[1] + j * g->step[1]) * r[2]
                + g->start[2] + k * step;
            for (size_t row = 0; row < f->rows; row++) {
                T *held = f->block + row * BLOCK_MOST + (q - first), *result = out + row * positions + place;
                if (step == 1) {
                    if (into) memcpy(held, result, valid * sizeof(T));
                    else memcpy(result, held, valid * sizeof(T));
                } else
                    for (size_t n = 0; n < valid; n++) {
                        if (into) held[n] = result[n * step];
                        else result[n * step] = held[n];
                    }
            }
        }
        q += past;
    }
}

// A register of a strip: where it comes from in the planes, and its place in the strip's rows.
typedef struct NAME(piece) {
    size_t from, to;
} NAME(piece);

// `count` registers of each row: a constant where this is called.
static INLINE void NAME(copy)(
    const size_t count, const NAME(piece) *pieces, const T *planes, const int32_t *reads, size_t rows, size_t width,
    T *strip) {
    for (size_t row = 0; row < rows; row++, strip += width)
        for (size_t p = 0; p < count; p++) memcpy(strip + pieces[p].to, planes + reads[row] + pieces[p].from, VECTOR);
}

// What `rows` taps from `tap` on read at `count` positions from `first` on, a row of `width` for each. Whole registers
// are copied: what is too much of a line is written over by the next, or is no result's.
static INLINE void NAME(lay_strip)(
    const NAME(field) *f, size_t first, size_t count, size_t width, size_t tap, size_t rows, T *strip) {
    NAME(piece) pieces[BLOCK];
    size_t number = 0;
    for (size_t n = 0; n < count;) {
        const size_t line = f->pitch[2] - (first + n) % f->pitch[2], left = count - n;
        const size_t place = NAME(place)(f, first + n), end = n + (line < left ? line : left);
        for (size_t at = n; at < end; at += VECTOR / sizeof(T))
            pieces[number++] = (NAME(piece)){place + at - n, at};
        n = end;
    }
    const int32_t *reads = f->grid->reads + tap;
    switch (number) {
#define X(n) case n: NAME(copy)(n, pieces, f->planes, reads, rows, width, strip); return;
        X(1) X(2) X(3) X(4) X(5) X(6)
#undef X
    default: NAME(copy)(number, pieces, f->planes, reads, rows, width, strip);
    }
}

// `count` positions in whole registers.
static INLINE size_t NAME(registers)(size_t count) {
    const size_t length = VECTOR / sizeof(T);
    return (count + length - 1) / length * length;
}

// How many positions are computed where there are `count`.
static INLINE size_t NAME(width)(size_t count) {
    return count % (VECTOR / sizeof(T)) <= FEW ? count : NAME(registers)(count);
}

// One block: all output rows of some panels, at `count` positions from `first` on, to rows `stride` apart.
static void NAME(sum)(
    const NAME(field) *f, size_t columns, size_t first, size_t count, const T *packed, const T *bias, T *out,
    size_t stride, gs_store store, gs_activation activation) {
    const gs_grid *g = f->grid;
    const size_t width = NAME(width)(count), strip = COLUMNS * VECTOR / sizeof(T);
    const size_t piece = SWEEP_BYTES / ((f->strips ? strip : BLOCK) * sizeof(T));
    const int whole = g->taps == columns;
    int32_t steps[SWEEP_BYTES / (COLUMNS * VECTOR)];
    for (size_t step = 0; f->strips && step < piece; step++) steps[step] = (int32_t)step;
    size_t k = 0;
    do {
        const size_t length = g->taps - k < piece ? g->taps - k : piece;
        NAME(sweep) s = {
            .rows = f->rows, .count = length, .lanes = width, .panel_stride = columns * PANEL, .in_step = 1,
            .out_stride = stride, .weights = whole ? packed + k * PANEL : packed, .bias = bias,
            .in = f->planes + first, .in_rows = g->reads + k, .weight_rows = whole ? NULL : g->weights + k,
            .out = out, .continued = k > 0 || store == GS_STORE_ADD, .last = k + length == g->taps,
            .activation = activation,
        };
        if (!f->strips) {
            if (whole) NAME(gs_sweep_rows)(&s);
            else NAME(gs_sweep_rows_and_weights)(&s);
        } else
            for (size_t n = 0; n < width; n += strip) {
                const size_t left = count - n;
                s.lanes = width - n < strip ? width - n : strip;
                s.in_step = NAME(registers)(s.lanes);
                NAME(lay_strip)(f, first + n, left < strip ? left : strip, s.in_step, k, length, f->strips);
                s.in = f->strips;
                s.in_rows = steps;
                s.out = out + n;
                if (whole) NAME(gs_sweep_dense)(&s);
                else NAME(gs_sweep_rows_and_weights)(&s);
            }
        k += length;
    } while (k < g->taps);
}

// Positions from..<end of a grid, of one group.
static void NAME(blocks)(
    const NAME(field) *f, size_t columns, const T *packed, const T *bias, T *out, gs_store store,
    gs_activation activation, size_t from, size_t end) {
    for (size_t first = from, count; first < end; first += count) {
        const size_t left = end - first;
        count = left <= BLOCK_MOST ? left : BLOCK;
        if (f->direct && NAME(width)(count) == count) {
            NAME(sum)(f, columns, first, count, packed, bias, out + first, f->length, store, activation);
            continue;
        }
        if (store == GS_STORE_ADD) NAME(carry)(f, first, count, out, 1);
        NAME(sum)(f, columns, first, count, packed, bias, f->block, BLOCK_MOST, store, activation);
        NAME(carry)(f, first, count, out, 0);
    }
}

// What a part computes: groups, positions, and rows.
typedef struct NAME(range) {
    size_t first, last, from, end, top, bottom;
} NAME(range);

// Whole groups where there are enough; else registers of positions or panels of rows, whichever comes out more alike. What
// is read is laid down by all who share rows: shares of positions may be so much larger.
#define LAID_TWICE 1.05
static NAME(range) NAME(ranges)(size_t groups, size_t rows, size_t length, gs_share share) {
    const size_t part = share.part, parts = share.parts, panels = (rows + PANEL - 1) / PANEL;
    const size_t width = VECTOR / sizeof(T), registers = length / width;
    NAME(range) range = {0, groups, 0, length, 0, rows};
    // The largest share, of positions and of panels.
    const double positions = (double)((registers + parts - 1) / parts * width + length % width) / (double)length;
    const double sums = (double)((panels + parts - 1) / parts) / (double)panels;
    if (groups >= parts) {
        range.first = groups * part / parts;
        range.last = groups * (part + 1) / parts;
    } else if (positions <= sums * LAID_TWICE) {
        range.from = registers * part / parts * width;
        range.end = part + 1 == parts ? length : registers * (part + 1) / parts * width;
    } else {
        range.top = panels * part / parts * PANEL;
        range.bottom = part + 1 == parts ? rows : panels * (part + 1) / parts * PANEL;
    }
    return range;
}
#undef LAID_TWICE

static void NAME(planes)(
    const gs_grids *grids, size_t groups, size_t rows, const T *packed, size_t packed_group, const T *bias,
    const T *in, T *out, gs_store store, gs_activation activation, gs_share share) {
    const size_t columns = packed_group / ((rows + PANEL - 1) / PANEL * PANEL);
    const size_t in_rows = grids->channels * grids->source[0] * grids->source[1] * grids->source[2];
    const size_t out_rows = rows * grids->result[0] * grids->result[1] * grids->result[2];
    size_t numbers = 0;
    for (size_t i = 0; i < grids->count; i++) {
        const size_t needed = gs_grid_room(grids, &grids->grids[i], BLOCK_MOST);
        numbers = needed > numbers ? needed : numbers;
    }
    const size_t strips = SWEEP_BYTES / sizeof(T) + BLOCK;
    T *room = gs_room((numbers + strips + rows * BLOCK_MOST) * sizeof(T));
    const size_t positions = grids->result[0] * grids->result[1] * grids->result[2];
    for (size_t i = 0; i < grids->count; i++) {
        const gs_grid *grid = &grids->grids[i];
        NAME(field) f = {
            .grids = grids, .grid = grid, .planes = room + strips, .block = room + strips + numbers, .rows = rows};
        NAME(arrange)(&f, room);
        const NAME(range) r = NAME(ranges)(groups, rows, f.length, share);
        if (r.top == r.bottom || r.from == r.end) continue;
        f.rows = r.bottom - r.top;
        for (size_t group = r.first; group < r.last; group++) {
            // What lies further behind is read for positions that are no results.
            NAME(lay)(
                &f, in + group * in_rows, NAME(place)(&f, r.from),
                NAME(place)(&f, r.end - 1) + 1 + grid->plane - grid->length);
            NAME(blocks)(
                &f, columns, packed + group * packed_group + r.top * columns,
                bias ? bias + group * rows + r.top : NULL, out + group * out_rows + r.top * positions, store,
                activation, r.from, r.end);
        }
    }
}

#undef FEW
#undef BLOCK_MOST
#elif PASS == EXPORTS
EXPORT(planes, (
    const gs_grids *grids, size_t groups, size_t rows, const T *packed, size_t packed_group, const T *bias,
    const T *in, T *out, gs_store store, gs_activation activation, gs_share share),
    (grids, groups, rows, packed, packed_group, bias, in, out, store, activation, share))
#endif
