#include "weight_formats.h"

#include <math.h>
#include <string.h>

#define ROWS GS_PANEL_ROWS
#define LONGEST_GROUP 32

#pragma STDC FP_CONTRACT OFF

size_t gs_weight_block(gs_weight_format format) {
    switch (format) {
    case GS_WEIGHT_F32: case GS_WEIGHT_F16: case GS_WEIGHT_BF16: return 1;
    case GS_WEIGHT_Q2_K: case GS_WEIGHT_Q3_K: case GS_WEIGHT_Q4_K: case GS_WEIGHT_Q5_K: case GS_WEIGHT_Q6_K: return 256;
    default: return 32;
    }
}

size_t gs_weight_bytes(gs_weight_format format) {
    switch (format) {
    case GS_WEIGHT_F32: return 4;
    case GS_WEIGHT_F16: case GS_WEIGHT_BF16: return 2;
    case GS_WEIGHT_Q4_0: case GS_WEIGHT_IQ4_NL: return 18;
    case GS_WEIGHT_Q4_1: return 20;
    case GS_WEIGHT_Q5_0: return 22;
    case GS_WEIGHT_Q5_1: return 24;
    case GS_WEIGHT_Q8_0: return 34;
    case GS_WEIGHT_Q2_K: return 84;
    case GS_WEIGHT_Q3_K: return 110;
    case GS_WEIGHT_Q4_K: return 144;
    case GS_WEIGHT_Q5_K: return 176;
    case GS_WEIGHT_Q6_K: return 210;
    case GS_WEIGHT_COUNT: return 0;
    }
}

panel_layout gs_layout_of(gs_weight_format format) {
    switch (format) {
    case GS_WEIGHT_F32: case GS_WEIGHT_F16: case GS_WEIGHT_BF16: return LAYOUT_PLAIN;
    case GS_WEIGHT_Q4_1: return LAYOUT_NIBBLES_HALF;
    case GS_WEIGHT_Q4_0: case GS_WEIGHT_Q4_K: return LAYOUT_NIBBLES_FLOAT;
    case GS_WEIGHT_Q5_0: case GS_WEIGHT_Q5_1: case GS_WEIGHT_Q8_0: case GS_WEIGHT_IQ4_NL: return LAYOUT_BYTES_HALF;
    case GS_WEIGHT_Q5_K: return LAYOUT_BYTES_FLOAT;
    default: return LAYOUT_BYTES_FLOAT_16;
    }
}

size_t gs_panel_group(gs_weight_format format) {
    switch (gs_layout_of(format)) {
    case LAYOUT_PLAIN: return 1;
    case LAYOUT_BYTES_FLOAT_16: return 16;
    default: return 32;
    }
}

size_t gs_group_bytes(gs_weight_format format) {
    switch (gs_layout_of(format)) {
    case LAYOUT_PLAIN: return ROWS * gs_weight_bytes(format);
    case LAYOUT_NIBBLES_HALF: return ROWS * (4 + 16);
    case LAYOUT_NIBBLES_FLOAT: return ROWS * (8 + 16);
    case LAYOUT_BYTES_HALF: return ROWS * (4 + 32);
    case LAYOUT_BYTES_FLOAT: return ROWS * (8 + 32);
    case LAYOUT_BYTES_FLOAT_16: return ROWS * (8 + 16);
    }
}

size_t gs_panel_bytes(gs_weight_format format, size_t columns) {
    return columns / gs_panel_group(format) * gs_group_bytes(format);
}

static uint16_t half_bits(const uint8_t *from) { return (uint16_t)(from[0] | from[1] << 8); }

// A half as a float, exactly; NaN and infinities as such.
static float widened(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
    if (exponent == 0) return copysignf((float)fraction * 0x1p-24f, sign ? -1.0f : 1.0f);
    const uint32_t bits = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float half_at(const uint8_t *from) { return widened(half_bits(from)); }

// Whole numbers of a group of columns in one row, with what they are multiplied by and what is added.
typedef struct group {
    int8_t q[LONGEST_GROUP];
    float scale, offset;
} group;

static const int8_t unequal_steps[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// Scale and offset `i` of eight, six bits each, as Q4_K and Q5_K pack them into twelve bytes.
static void six_bits(const uint8_t *s, size_t i, float *scale, float *offset) {
    if (i < 4) {
        *scale = (float)(s[i] & 63);
        *offset = (float)(s[i + 4] & 63);
    } else {
        *scale = (float)((s[i + 4] & 15) | (s[i - 4] >> 6) << 4);
        *offset = (float)(s[i + 4] >> 4 | (s[i] >> 6) << 4);
    }
}

static void small_block(gs_weight_format format, const uint8_t *b, group *g) {
    const int has_offset = format == GS_WEIGHT_Q4_1 || format == GS_WEIGHT_Q5_1;
    const int has_fifth = format == GS_WEIGHT_Q5_0 || format == GS_WEIGHT_Q5_1;
    g->scale = half_at(b);
    g->offset = has_offset ? half_at(b + 2) : 0;
    const uint8_t *rest = b + (has_offset ? 4 : 2);
    if (format == GS_WEIGHT_Q8_0) {
        memcpy(g->q, rest, 32);
        return;
    }
    uint32_t fifth = 0;
    if (has_fifth) {
        memcpy(&fifth, rest, 4);
        rest += 4;
    }
    for (size_t i = 0; i < 32; i++) {
        const int nibble = i < 16 ? rest[i] & 15 : rest[i - 16] >> 4, whole = nibble | (int)(fifth >> i & 1) << 4;
        g->q[i] = (int8_t)(format == GS_WEIGHT_IQ4_NL ? unequal_steps[nibble] : format == GS_WEIGHT_Q5_0 ? whole - 16 : whole);
    }
    if (format == GS_WEIGHT_Q4_0) g->offset = -8 * g->scale;
}

// Group `i` of a block of 256.
static void large_block(gs_weight_format format, const uint8_t *b, size_t i, group *g) {
    switch (format) {
    case GS_WEIGHT_Q2_K: {
        const size_t shift = i % 8 / 2 * 2, start = i / 8 * 32 + i % 2 * 16;
        g->scale = half_at(b + 80) * (float)(b[i] & 15);
        g->offset = -(half_at(b + 82) * (float)(b[i] >> 4));
        for (size_t k = 0; k < 16; k++) g->q[k] = (int8_t)(b[16 + start + k] >> shift & 3);
        return;
    }
    case GS_WEIGHT_Q3_K: {
        const uint8_t *high = b, *low = b + 32, *s = b + 96;
        const size_t shift = i % 8 / 2 * 2, start = i / 8 * 32 + i % 2 * 16, bit = i / 2;
        const int scale = (i < 8 ? s[i] & 15 : s[i - 8] >> 4) | (s[8 + i % 4] >> 2 * (i / 4) & 3) << 4;
        g->scale = half_at(b + 108) * (float)(scale - 32);
        g->offset = 0;
        for (size_t k = 0; k < 16; k++)
            g->q[k] = (int8_t)((low[start + k] >> shift & 3) - (high[i % 2 * 16 + k] >> bit & 1 ? 0 : 4));
        return;
    }
    case GS_WEIGHT_Q4_K:
    case GS_WEIGHT_Q5_K: {
        float scale, offset;
        six_bits(b + 4, i, &scale, &offset);
        g->scale = half_at(b) * scale;
        g->offset = -(half_at(b + 2) * offset);
        const uint8_t *low = b + (format == GS_WEIGHT_Q4_K ? 16 : 48) + i / 2 * 32, *fifth = b + 16;
        for (size_t k = 0; k < 32; k++) {
            const int high = format == GS_WEIGHT_Q5_K ? (fifth[k] >> i & 1) << 4 : 0;
            g->q[k] = (int8_t)((i % 2 ? low[k] >> 4 : low[k] & 15) | high);
        }
        return;
    }
    default: {
        const size_t half = i / 8, quarter = i % 8 / 2, start = i % 2 * 16;
        const uint8_t *low = b + half * 64 + quarter % 2 * 32 + start, *high = b + 128 + half * 32 + start;
        g->scale = half_at(b + 208) * (float)(int8_t)b[192 + i];
        g->offset = 0;
        for (size_t k = 0; k < 16; k++) {
            const int nibble = quarter < 2 ? low[k] & 15 : low[k] >> 4;
            g->q[k] = (int8_t)((nibble | (high[k] >> 2 * quarter & 3) << 4) - 32);
        }
    }
    }
}

static void read_group(gs_weight_format format, const uint8_t *row, size_t column, group *g) {
    const size_t block = gs_weight_block(format);
    const uint8_t *start = row + column / block * gs_weight_bytes(format);
    if (block == 32) small_block(format, start, g);
    else large_block(format, start, column % block / gs_panel_group(format), g);
}

static float plain_at(gs_weight_format format, const uint8_t *from) {
    float x;
    if (format == GS_WEIGHT_F16) return half_at(from);
    if (format == GS_WEIGHT_F32) {
        memcpy(&x, from, 4);
        return x;
    }
    const uint32_t bits = (uint32_t)half_bits(from) << 16;
    memcpy(&x, &bits, 4);
    return x;
}

void gs_weight_row(gs_weight_format format, size_t columns, const uint8_t *row, float *out) {
    const size_t step = gs_panel_group(format), bytes = gs_weight_bytes(format);
    if (step == 1) {
        for (size_t c = 0; c < columns; c++) out[c] = plain_at(format, row + c * bytes);
        return;
    }
    group g;
    for (size_t c = 0; c < columns; c += step) {
        read_group(format, row, c, &g);
        for (size_t k = 0; k < step; k++) out[c + k] = fmaf((float)g.q[k], g.scale, g.offset);
    }
}

static bool pack_plain(
    gs_weight_format format, size_t rows, size_t columns, const uint8_t *from, size_t row_bytes, uint8_t *panel) {
    const size_t bytes = gs_weight_bytes(format);
    bool finite = true;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            const uint8_t *number = from + r * row_bytes + c * bytes;
            memcpy(panel + (c * ROWS + r) * bytes, number, bytes);
            finite &= isfinite(plain_at(format, number)) != 0;
        }
    return finite;
}

static void put_scale(uint8_t *scales, size_t index, float x, bool half, uint16_t bits) {
    if (half) memcpy(scales + 2 * index, &bits, 2);
    else memcpy(scales + 4 * index, &x, 4);
}

// Blocks of 32 whose scales are halves, and whose bytes need only be turned: what most files consist of.
static bool pack_turned(
    gs_weight_format format, size_t rows, size_t columns, const uint8_t *from, size_t row_bytes, uint8_t *panel) {
    const bool nibbles = format == GS_WEIGHT_Q4_1;
    const size_t bytes = gs_weight_bytes(format), step = gs_group_bytes(format), header = nibbles ? 4 : 2;
    uint32_t highest = 0;
    for (size_t c = 0; c < columns; c += 32, from += bytes, panel += step) {
        uint16_t *scales = (uint16_t *)panel;
        uint8_t *numbers = panel + 4 * ROWS;
        for (size_t r = 0; r < rows; r++) {
            const uint8_t *b = from + r * row_bytes;
            const uint16_t scale = half_bits(b), offset = nibbles ? half_bits(b + 2) : 0;
            scales[r] = scale;
            scales[ROWS + r] = offset;
            highest = (scale & 0x7fffu) > highest ? scale & 0x7fffu : highest;
            highest = (offset & 0x7fffu) > highest ? offset & 0x7fffu : highest;
            b += header;
            if (!nibbles)
                for (size_t k = 0; k < 32; k++) numbers[k * ROWS + r] = b[k];
            else
                for (size_t k = 0; k < 16; k += 2) {
                    numbers[k / 2 * ROWS + r] = (uint8_t)((b[k] & 15) | b[k + 1] << 4);
                    numbers[(k / 2 + 8) * ROWS + r] = (uint8_t)(b[k] >> 4 | (b[k + 1] & 0xf0));
                }
        }
    }
    return highest < 0x7c00;
}

bool gs_panel_pack(
    gs_weight_format format, size_t rows, size_t columns, const uint8_t *from, size_t row_bytes, uint8_t *panel) {
    if (rows < ROWS) memset(panel, 0, gs_panel_bytes(format, columns));
    const panel_layout layout = gs_layout_of(format);
    if (layout == LAYOUT_PLAIN) return pack_plain(format, rows, columns, from, row_bytes, panel);
    if (format == GS_WEIGHT_Q4_1 || format == GS_WEIGHT_Q8_0)
        return pack_turned(format, rows, columns, from, row_bytes, panel);
    const size_t step = gs_panel_group(format), bytes = gs_group_bytes(format);
    const bool half = layout == LAYOUT_NIBBLES_HALF || layout == LAYOUT_BYTES_HALF;
    const bool nibbles = layout == LAYOUT_NIBBLES_HALF || layout == LAYOUT_NIBBLES_FLOAT;
    bool finite = true;
    for (size_t c = 0; c < columns; c += step, panel += bytes) {
        uint8_t *numbers = panel + 2 * ROWS * (half ? 2 : 4);
        for (size_t r = 0; r < rows; r++) {
            group g;
            const uint8_t *row = from + r * row_bytes;
            read_group(format, row, c, &g);
            finite &= isfinite(g.scale) && isfinite(g.offset);
            const uint8_t *block = row + c / 32 * gs_weight_bytes(format);
            put_scale(panel, r, g.scale, half, half ? half_bits(block) : 0);
            put_scale(panel, ROWS + r, g.offset, half, half && format == GS_WEIGHT_Q5_1 ? half_bits(block + 2) : 0);
            for (size_t k = 0; k < step; k += nibbles ? 2 : 1)
                if (nibbles) numbers[k / 2 * ROWS + r] = (uint8_t)(g.q[k] | g.q[k + 1] << 4);
                else numbers[k * ROWS + r] = (uint8_t)g.q[k];
        }
    }
    return finite;
}

// Scale or offset `which` of row `r` in a group.
static float packed_scale(const uint8_t *group, size_t which, size_t r, bool half) {
    float x;
    if (half) return half_at(group + 2 * (which * ROWS + r));
    memcpy(&x, group + 4 * (which * ROWS + r), 4);
    return x;
}

void gs_panels_row(gs_panels matrix, size_t row, float *out) {
    const panel_layout layout = gs_layout_of(matrix.format);
    const size_t r = row % ROWS, step = gs_panel_group(matrix.format), bytes = gs_group_bytes(matrix.format);
    const uint8_t *panel = matrix.panels + row / ROWS * gs_panel_bytes(matrix.format, matrix.columns);
    const bool half = layout == LAYOUT_NIBBLES_HALF || layout == LAYOUT_BYTES_HALF;
    const bool nibbles = layout == LAYOUT_NIBBLES_HALF || layout == LAYOUT_NIBBLES_FLOAT;
    for (size_t c = 0; c < matrix.columns; c += step, panel += bytes) {
        if (layout == LAYOUT_PLAIN) {
            out[c] = plain_at(matrix.format, panel + r * gs_weight_bytes(matrix.format));
            continue;
        }
        const float scale = packed_scale(panel, 0, r, half), offset = packed_scale(panel, 1, r, half);
        const uint8_t *numbers = panel + 2 * ROWS * (half ? 2 : 4);
        for (size_t k = 0; k < step; k++) {
            const uint8_t number = numbers[(nibbles ? k / 2 : k) * ROWS + r];
            const int q = nibbles ? number >> 4 * (k % 2) & 15 : (int8_t)number;
            out[c + k] = fmaf((float)q, scale, offset);
        }
    }
}
