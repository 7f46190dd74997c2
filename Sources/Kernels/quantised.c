#ifndef PASS
#define SELF "quantised.c"
#include "room.h"
#include "weight_formats.h"
#include "passes.h"
#elif PASS == KERNELS
#if !WIDE

#define LENGTH (VECTOR / sizeof(float))
// Registers abreast: a panel is as many as it takes of these strips.
#define ABREAST (FUSED ? 4 : 1)
typedef float NAME(vector) __attribute__((ext_vector_type(VECTOR / sizeof(float))));
typedef uint8_t NAME(octets) __attribute__((ext_vector_type(VECTOR / sizeof(float))));
typedef int8_t NAME(signed_octets) __attribute__((ext_vector_type(VECTOR / sizeof(float))));
typedef uint16_t NAME(halves) __attribute__((ext_vector_type(VECTOR / sizeof(float))));
typedef uint32_t NAME(words) __attribute__((ext_vector_type(VECTOR / sizeof(float))));

// Finite halves only: the power of two makes up for the exponent's other bias, subnormal numbers included.
static INLINE NAME(vector) NAME(widened)(const uint16_t *from) {
    NAME(halves) raw;
    memcpy(&raw, from, sizeof raw);
    const NAME(words) bits = __builtin_convertvector(raw, NAME(words));
    const NAME(words) magnitude = (bits & 0x7fff) << 13;
    NAME(vector) x;
    memcpy(&x, &magnitude, sizeof x);
    x *= 0x1p112f;
    NAME(words) back;
    memcpy(&back, &x, sizeof back);
    back |= (bits & 0x8000) << 16;
    memcpy(&x, &back, sizeof x);
    return x;
}

// Scale or offset `which` of the rows from `row` on, in the group that starts at `group`.
static INLINE NAME(vector) NAME(scale)(scale_kind kind, const uint8_t *group, size_t which, size_t row) {
    if (kind == SCALE_HALF) return NAME(widened)((const uint16_t *)group + which * GS_PANEL_ROWS + row);
    NAME(vector) x;
    memcpy(&x, (const float *)group + which * GS_PANEL_ROWS + row, sizeof x);
    return x;
}

static INLINE NAME(vector) NAME(unpacked)(panel_kind kind, const uint8_t *numbers, size_t column, size_t row) {
    if (kind == PANEL_NIBBLES) {
        NAME(octets) raw;
        memcpy(&raw, numbers + column / 2 * GS_PANEL_ROWS + row, sizeof raw);
        const NAME(words) wide = __builtin_convertvector(raw, NAME(words));
        typedef int32_t NAME(integers) __attribute__((ext_vector_type(VECTOR / sizeof(float))));
        const NAME(words) nibble = column % 2 ? wide >> 4 : wide & 15;
        NAME(integers) whole;
        memcpy(&whole, &nibble, sizeof whole);
        return __builtin_convertvector(whole, NAME(vector));
    }
    NAME(signed_octets) raw;
    memcpy(&raw, numbers + column * GS_PANEL_ROWS + row, sizeof raw);
    return __builtin_convertvector(raw, NAME(vector));
}

static INLINE NAME(vector) NAME(plain)(gs_weight_format format, const uint8_t *panel, size_t column, size_t row) {
    const size_t place = column * GS_PANEL_ROWS + row;
    NAME(vector) x;
    if (format == GS_WEIGHT_F32) {
        memcpy(&x, (const float *)panel + place, sizeof x);
        return x;
    }
    if (format == GS_WEIGHT_F16) return NAME(widened)((const uint16_t *)panel + place);
    NAME(halves) raw;
    memcpy(&raw, (const uint16_t *)panel + place, sizeof raw);
    const NAME(words) bits = __builtin_convertvector(raw, NAME(words)) << 16;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// What differs between the uses of a panel's weights: `count` sums over them, or to lay them down.
typedef struct NAME(task) {
    size_t columns, in_stride, out_stride;
    const float *in;
    float *out;
} NAME(task);

// `kind`, `scales`, `group`, `count` are constants where this is called. `count` 0 lays the weights down.
static INLINE void NAME(strip)(
    panel_kind kind, gs_weight_format format, scale_kind scales, size_t group, const size_t count,
    const uint8_t *panel, NAME(task) task, size_t row) {
    NAME(vector) sum[GS_FEW_ROWS][ABREAST] = {0};
    const size_t scale_bytes = scales == SCALE_HALF ? 2 : 4;
    const size_t numbers = kind == PANEL_NIBBLES ? group / 2 * GS_PANEL_ROWS : group * GS_PANEL_ROWS;
    const size_t step = kind == PANEL_PLAIN ? 0 : 2 * GS_PANEL_ROWS * scale_bytes + numbers;
    const size_t whole = kind == PANEL_PLAIN ? 8 : group;
    for (size_t first = 0; first < task.columns; first += whole, panel += step) {
        NAME(vector) slope[ABREAST], offset[ABREAST];
        const uint8_t *start = panel + 2 * GS_PANEL_ROWS * scale_bytes;
        if (kind != PANEL_PLAIN)
#pragma clang loop unroll(full)
            for (size_t v = 0; v < ABREAST; v++) {
                slope[v] = NAME(scale)(scales, panel, 0, row + v * LENGTH);
                offset[v] = NAME(scale)(scales, panel, 1, row + v * LENGTH);
            }
        const size_t left = task.columns - first, length = kind == PANEL_PLAIN && left < whole ? left : whole;
#define COLUMN(c) do { \
            NAME(vector) w[ABREAST]; \
            _Pragma("clang loop unroll(full)") \
            for (size_t v = 0; v < ABREAST; v++) \
                w[v] = kind == PANEL_PLAIN ? NAME(plain)(format, panel, first + (c), row + v * LENGTH) \
                    : __builtin_elementwise_fma( \
                        NAME(unpacked)(kind, start, (c), row + v * LENGTH), slope[v], offset[v]); \
            if (count == 0) \
                memcpy(task.out + (first + (c)) * GS_PANEL_ROWS + row, w, sizeof w); \
            _Pragma("clang loop unroll(full)") \
            for (size_t t = 0; t < count; t++) { \
                const NAME(vector) x = (NAME(vector))(task.in[t * task.in_stride + first + (c)]); \
                _Pragma("clang loop unroll(full)") \
                for (size_t v = 0; v < ABREAST; v++) sum[t][v] = __builtin_elementwise_fma(w[v], x, sum[t][v]); \
            } \
        } while (0)
        if (length == whole)
#pragma clang loop unroll_count(FUSED ? 4 : 1)
            for (size_t c = 0; c < whole; c += 2) {
                COLUMN(c);
                COLUMN(c + 1);
            }
        else
            for (size_t c = 0; c < length; c++) COLUMN(c);
#undef COLUMN
    }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < ABREAST; v++) {
            const NAME(vector) settled = sum[t][v] + 0;
            memcpy(task.out + t * task.out_stride + row + v * LENGTH, &settled, sizeof settled);
        }
}

static INLINE void NAME(strips)(
    panel_kind kind, gs_weight_format format, scale_kind scales, size_t group, const size_t count,
    const uint8_t *panel, NAME(task) task) {
    for (size_t row = 0; row < GS_PANEL_ROWS; row += ABREAST * LENGTH)
        NAME(strip)(kind, format, scales, group, count, panel, task, row);
}

// One function for each way that panels are laid out and number of sums, so that all but the task are constants.
static INLINE void NAME(formats)(gs_weight_format format, const size_t count, const uint8_t *panel, NAME(task) task) {
    switch (gs_layout_of(format)) {
    case LAYOUT_PLAIN:
        if (format == GS_WEIGHT_F32) NAME(strips)(PANEL_PLAIN, GS_WEIGHT_F32, SCALE_FLOAT, 1, count, panel, task);
        else if (format == GS_WEIGHT_F16) NAME(strips)(PANEL_PLAIN, GS_WEIGHT_F16, SCALE_FLOAT, 1, count, panel, task);
        else NAME(strips)(PANEL_PLAIN, GS_WEIGHT_BF16, SCALE_FLOAT, 1, count, panel, task);
        return;
    case LAYOUT_NIBBLES_HALF: NAME(strips)(PANEL_NIBBLES, format, SCALE_HALF, 32, count, panel, task); return;
    case LAYOUT_NIBBLES_FLOAT: NAME(strips)(PANEL_NIBBLES, format, SCALE_FLOAT, 32, count, panel, task); return;
    case LAYOUT_BYTES_HALF: NAME(strips)(PANEL_BYTES, format, SCALE_HALF, 32, count, panel, task); return;
    case LAYOUT_BYTES_FLOAT: NAME(strips)(PANEL_BYTES, format, SCALE_FLOAT, 32, count, panel, task); return;
    case LAYOUT_BYTES_FLOAT_16: NAME(strips)(PANEL_BYTES, format, SCALE_FLOAT, 16, count, panel, task); return;
    }
}
static void NAME(lay)(gs_weight_format f, const uint8_t *p, NAME(task) t) { NAME(formats)(f, 0, p, t); }
static void NAME(sum_1)(gs_weight_format f, const uint8_t *p, NAME(task) t) { NAME(formats)(f, 1, p, t); }
static void NAME(sum_2)(gs_weight_format f, const uint8_t *p, NAME(task) t) { NAME(formats)(f, 2, p, t); }
static void NAME(sum_3)(gs_weight_format f, const uint8_t *p, NAME(task) t) { NAME(formats)(f, 3, p, t); }
static void NAME(sum_4)(gs_weight_format f, const uint8_t *p, NAME(task) t) { NAME(formats)(f, 4, p, t); }

static void NAME(panels_multiply)(
    gs_panels matrix, size_t first, size_t end, size_t count, const float *in, size_t in_stride, const float *packed,
    float *out, size_t out_stride) {
    const size_t bytes = gs_panel_bytes(matrix.format, matrix.columns);
    const gs_activation none = {GS_ACTIVATION_NONE, 0, 0};
    for (size_t p = first; p < end; p++) {
        const uint8_t *panel = matrix.panels + p * bytes;
        NAME(task) task = {matrix.columns, in_stride, out_stride, in, out + p * GS_PANEL_ROWS};
        switch (count) {
        case 0: return;
        case 1: NAME(sum_1)(matrix.format, panel, task); continue;
        case 2: NAME(sum_2)(matrix.format, panel, task); continue;
        case 3: NAME(sum_3)(matrix.format, panel, task); continue;
        case 4: NAME(sum_4)(matrix.format, panel, task); continue;
        }
        float *laid = gs_room(matrix.columns * GS_PANEL_ROWS * sizeof(float));
        NAME(task) lay = {matrix.columns, 0, 0, NULL, laid};
        NAME(lay)(matrix.format, panel, lay);
        gs_dense_f32(
            count, matrix.columns, GS_PANEL_ROWS, packed, NULL, laid, NULL, task.out, out_stride / GS_PANEL_ROWS,
            GS_STORE_REPLACE, none);
    }
}

#include "transpose.h"

// The part's columns of all rows, rows one behind the other.
static void NAME(lay_columns)(gs_panels matrix, size_t rows, size_t part, float *laid, float *scratch) {
    const size_t group = gs_panel_group(matrix.format), bytes = gs_panel_bytes(matrix.format, matrix.columns);
    const size_t column = part * GS_PANEL_ROWS, left = matrix.columns - column;
    const size_t width = left < GS_PANEL_ROWS ? left : GS_PANEL_ROWS;
    const size_t panels = (rows + GS_PANEL_ROWS - 1) / GS_PANEL_ROWS;
    for (size_t p = 0; p < panels; p++) {
        const uint8_t *start = matrix.panels + p * bytes + column / group * gs_group_bytes(matrix.format);
        NAME(task) task = {width, 0, 0, NULL, scratch};
        NAME(lay)(matrix.format, start, task);
        const size_t over = rows - p * GS_PANEL_ROWS, count = over < GS_PANEL_ROWS ? over : GS_PANEL_ROWS;
        float *out = laid + p * GS_PANEL_ROWS * GS_PANEL_ROWS;
        NAME(transpose)(width, count, scratch, GS_PANEL_ROWS, out, GS_PANEL_ROWS);
        for (size_t r = 0; r < count && width < GS_PANEL_ROWS; r++)
            memset(out + r * GS_PANEL_ROWS + width, 0, (GS_PANEL_ROWS - width) * sizeof(float));
    }
}

static void NAME(panels_transposed)(
    gs_panels matrix, size_t rows, size_t part, size_t count, const float *packed, float *out, size_t out_stride) {
    const gs_activation none = {GS_ACTIVATION_NONE, 0, 0};
    const size_t side = GS_PANEL_ROWS, panels = (rows + side - 1) / side;
    float *laid = gs_room((panels + 1) * side * side * sizeof(float));
    NAME(lay_columns)(matrix, rows, part, laid, laid + panels * side * side);
    gs_dense_f32(
        count, rows, side, packed, NULL, laid, NULL, out + part * side, out_stride / side, GS_STORE_REPLACE, none);
}

#undef LENGTH
#undef ABREAST
#endif
#elif PASS == EXPORTS
#if !WIDE
EXPORT(panels_multiply, (
    gs_panels matrix, size_t first, size_t end, size_t count, const float *in, size_t in_stride, const float *packed,
    float *out, size_t out_stride), (matrix, first, end, count, in, in_stride, packed, out, out_stride))
EXPORT(panels_transposed, (
    gs_panels matrix, size_t rows, size_t part, size_t count, const float *packed, float *out, size_t out_stride),
    (matrix, rows, part, count, packed, out, out_stride))
#endif
#endif
