#ifndef PASS
#define SELF "language.c"
#include "room.h"

size_t gs_value_place(size_t size, size_t capacity, size_t position, size_t index);
static inline size_t padded(size_t size) { return (size + 15) / 16 * 16; }
static inline size_t lanes_of(size_t size, size_t chunk) {
    const size_t left = padded(size) - 64 * chunk;
    return left < 64 ? left : 64;
}
#include "passes.h"
#elif PASS == KERNELS
#if !WIDE
#include "elementary.h"

typedef float NAME(partial) __attribute__((ext_vector_type(16)));

static INLINE float NAME(total)(NAME(partial) s) {
    typedef float eight __attribute__((ext_vector_type(8)));
    typedef float four __attribute__((ext_vector_type(4)));
    const eight a = s.lo + s.hi;
    const four b = a.lo + a.hi;
    return (b.x + b.z) + (b.y + b.w);
}

// Σ a[i]·b[i].
static INLINE float NAME(inner)(size_t count, const float *a, const float *b) {
    NAME(partial) sum = 0, x, y;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        sum = FMA(x, y, sum);
    }
    for (size_t l = 0; i + l < count; l++) sum[l] = FMA(a[i + l], b[i + l], sum[l]);
    return NAME(total)(sum);
}

static INLINE float NAME(sum_of)(size_t count, const float *a) {
    NAME(partial) sum = 0, x;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        memcpy(&x, a + i, sizeof x);
        sum += x;
    }
    for (size_t l = 0; i + l < count; l++) sum[l] += a[i + l];
    return NAME(total)(sum);
}

static INLINE float NAME(square_about)(size_t count, const float *a, float mean) {
    NAME(partial) sum = 0, x;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        memcpy(&x, a + i, sizeof x);
        x -= mean;
        sum = FMA(x, x, sum);
    }
    for (size_t l = 0; i + l < count; l++) sum[l] = FMA(a[i + l] - mean, a[i + l] - mean, sum[l]);
    return NAME(total)(sum);
}

static INLINE float NAME(mean_of)(gs_norm norm, const float *x) {
    return norm.kind == GS_NORM_RMS ? 0 : NAME(sum_of)(norm.width, x) / (float)norm.width;
}

static INLINE float NAME(shrinkage)(gs_norm norm, const float *x, float mean) {
    return 1.0f / __builtin_sqrtf(NAME(square_about)(norm.width, x, mean) / (float)norm.width + norm.epsilon);
}

static void NAME(norm)(
    gs_norm norm, size_t count, const float *in, size_t in_stride, float *out, size_t out_stride) {
    for (size_t t = 0; t < count; t++, in += in_stride, out += out_stride) {
        const float mean = NAME(mean_of)(norm, in), scale = NAME(shrinkage)(norm, in, mean);
        if (norm.bias)
            LANEWISE for (size_t i = 0; i < norm.width; i++)
                out[i] = (in[i] - mean) * scale * norm.weight[i] + norm.bias[i];
        else
            LANEWISE for (size_t i = 0; i < norm.width; i++) out[i] = (in[i] - mean) * scale * norm.weight[i];
    }
}

// x̂ = (x - mean)·s, g = gout·weight: gin += s·(g - x̂·mean(g·x̂) - mean(g)), the last only where the mean was taken off.
static void NAME(norm_gradient)(
    gs_norm norm, size_t count, const float *in, size_t in_stride, const float *gout, size_t out_stride, float *gin) {
    float *g = gs_room(2 * norm.width * sizeof(float)), *unit = g + norm.width;
    for (size_t t = 0; t < count; t++, in += in_stride, gin += in_stride, gout += out_stride) {
        const float mean = NAME(mean_of)(norm, in), scale = NAME(shrinkage)(norm, in, mean);
        LANEWISE for (size_t i = 0; i < norm.width; i++) {
            g[i] = gout[i] * norm.weight[i];
            unit[i] = (in[i] - mean) * scale;
        }
        const float along = NAME(inner)(norm.width, g, unit) / (float)norm.width;
        const float level = norm.kind == GS_NORM_RMS ? 0 : NAME(sum_of)(norm.width, g) / (float)norm.width;
        LANEWISE for (size_t i = 0; i < norm.width; i++) gin[i] += scale * (g[i] - unit[i] * along - level);
    }
}

static INLINE float NAME(gated)(const gs_gate_kind kind, float x) {
    switch (kind) {
    case GS_GATE_SILU: return x * NAME(sigmoid)(x);
    case GS_GATE_GELU: return 0.5f * x * (1.0f + NAME(erf)(x * 0.70710678f));
    case GS_GATE_GELU_TANH: return 0.5f * x * (1.0f + NAME(tanh)(0.79788456f * (x + 0.044715f * x * x * x)));
    case GS_GATE_RELU: return x < 0 ? 0 : x;
    }
}

static INLINE float NAME(gate_slope)(const gs_gate_kind kind, float x) {
    switch (kind) {
    case GS_GATE_SILU: {
        const float s = NAME(sigmoid)(x);
        return s * (1.0f + x * (1.0f - s));
    }
    case GS_GATE_GELU:
        return 0.5f * (1.0f + NAME(erf)(x * 0.70710678f)) + x * 0.39894228f * NAME(exp)(-0.5f * x * x);
    case GS_GATE_GELU_TANH: {
        const float h = NAME(tanh)(0.79788456f * (x + 0.044715f * x * x * x));
        return 0.5f * (1.0f + h) + 0.5f * x * (1.0f - h * h) * 0.79788456f * (1.0f + 3 * 0.044715f * x * x);
    }
    case GS_GATE_RELU: return x > 0 ? 1 : 0;
    }
}

static INLINE void NAME(gate_row)(const gs_gate_kind kind, size_t width, const float *gate, const float *up, float *out) {
    if (up)
        LANEWISE for (size_t i = 0; i < width; i++) out[i] = NAME(gated)(kind, gate[i]) * up[i];
    else
        LANEWISE for (size_t i = 0; i < width; i++) out[i] = NAME(gated)(kind, gate[i]);
}

#define EACH_GATE(call) \
    switch (kind) { \
    case GS_GATE_SILU: { const gs_gate_kind k = GS_GATE_SILU; call; break; } \
    case GS_GATE_GELU: { const gs_gate_kind k = GS_GATE_GELU; call; break; } \
    case GS_GATE_GELU_TANH: { const gs_gate_kind k = GS_GATE_GELU_TANH; call; break; } \
    case GS_GATE_RELU: { const gs_gate_kind k = GS_GATE_RELU; call; break; } \
    }

static void NAME(gate)(
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, float *out) {
    for (size_t t = 0; t < count; t++) {
        const size_t at = t * stride;
        EACH_GATE(NAME(gate_row)(k, width, gate + at, up ? up + at : NULL, out + at))
    }
}

static INLINE void NAME(gate_row_gradient)(
    const gs_gate_kind kind, size_t width, const float *gate, const float *up, const float *gout, float *ggate,
    float *gup) {
    if (!up) {
        LANEWISE for (size_t i = 0; i < width; i++) ggate[i] = gout[i] * NAME(gate_slope)(kind, gate[i]);
        return;
    }
    LANEWISE for (size_t i = 0; i < width; i++) {
        const float g = gout[i], x = gate[i], u = up[i];
        ggate[i] = g * u * NAME(gate_slope)(kind, x);
        gup[i] = g * NAME(gated)(kind, x);
    }
}

static void NAME(gate_gradient)(
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, const float *gout,
    float *ggate, float *gup) {
    for (size_t t = 0; t < count; t++) {
        const size_t at = t * stride;
        EACH_GATE(NAME(gate_row_gradient)(
            k, width, gate + at, up ? up + at : NULL, gout + at, ggate + at, gup ? gup + at : NULL))
    }
}
#undef EACH_GATE

static void NAME(rotate)(
    size_t count, size_t heads, size_t size, size_t pairs, size_t apart, const float *table, float direction, float *x,
    size_t stride) {
    const size_t step = apart == 1 ? 2 : 1;
    for (size_t t = 0; t < count; t++, x += stride, table += 2 * pairs)
        for (size_t h = 0; h < heads; h++) {
            float *head = x + h * size;
            LANEWISE for (size_t i = 0; i < pairs; i++) {
                const float cosine = table[2 * i], sine = direction * table[2 * i + 1];
                const float a = head[step * i], b = head[step * i + apart];
                head[step * i] = a * cosine - b * sine;
                head[step * i + apart] = a * sine + b * cosine;
            }
        }
}

static void NAME(add_row)(size_t count, size_t width, const float *bias, float *out, size_t stride) {
    for (size_t t = 0; t < count; t++, out += stride) LANEWISE for (size_t i = 0; i < width; i++) out[i] += bias[i];
}

static void NAME(add_rows)(
    size_t count, size_t width, const float *in, size_t in_stride, float *out, size_t out_stride) {
    for (size_t t = 0; t < count; t++, in += in_stride, out += out_stride)
        LANEWISE for (size_t i = 0; i < width; i++) out[i] += in[i];
}

// Rows of queries that are worked on together: `tokens` of them times the heads.
typedef struct NAME(queries) {
    gs_attention attention;
    size_t first, tokens, rows, visible, width;
    // `damping` is NULL, or the slope of each score by what tanh bounds.
    float *scores, *packed, *gathered, *damping;
} NAME(queries);

static INLINE size_t NAME(visible)(const gs_attention *a, size_t token, size_t all) {
    return a->both_ways ? all : a->seen + token + 1;
}

static size_t NAME(positions)(const gs_attention *a) {
    size_t all = 0;
    for (size_t p = 0; p < a->parts; p++) all += a->part[p].count;
    return all;
}

// exp(s - peak) / Σ over what a query sees, 0 for other positions.
static void NAME(soften)(const gs_attention *a, size_t visible, size_t width, float *s, float *damping) {
    const size_t start = a->window && visible > a->window ? visible - a->window : 0;
    memset(s, 0, start * sizeof *s);
    memset(s + visible, 0, (width - visible) * sizeof *s);
    float *seen = s + start;
    const size_t count = visible - start;
    if (a->cap > 0)
        LANEWISE for (size_t j = 0; j < count; j++) seen[j] = NAME(tanh)(seen[j] / a->cap);
    if (a->cap > 0 && damping) {
        memset(damping, 0, start * sizeof *damping);
        LANEWISE for (size_t j = 0; j < count; j++) damping[start + j] = 1.0f - seen[j] * seen[j];
    }
    if (a->cap > 0)
        LANEWISE for (size_t j = 0; j < count; j++) seen[j] *= a->cap;
    NAME(partial) peaks = -__builtin_inff(), x;
    size_t j = 0;
    for (; j + 16 <= count; j += 16) {
        memcpy(&x, seen + j, sizeof x);
        peaks = x > peaks ? x : peaks;
    }
    float peak = -__builtin_inff();
    for (size_t l = 0; l < 16; l++) peak = peaks[l] > peak ? peaks[l] : peak;
    for (; j < count; j++) peak = seen[j] > peak ? seen[j] : peak;
    LANEWISE for (size_t k = 0; k < count; k++) seen[k] = NAME(exp)(seen[k] - peak);
    // Partial sums count positions from the first of all.
    const float share = 1.0f / NAME(sum_of)(visible, s);
    LANEWISE for (size_t k = 0; k < count; k++) seen[k] *= share;
}

// The weights of positions for a tile of queries, in scores[row][width].
static void NAME(weigh)(NAME(queries) *tile, const float *q, size_t stride) {
    const gs_attention *a = &tile->attention;
    const gs_activation none = {GS_ACTIVATION_NONE, 0, 0};
    const size_t group = a->heads * a->size;
    for (size_t t = 0; t < tile->tokens; t++)
        LANEWISE for (size_t i = 0; i < group; i++) tile->gathered[t * group + i] = q[t * stride + i] * a->scale;
    gs_pack_f32(tile->rows, a->size, tile->gathered, a->size, 1, tile->packed);
    for (size_t p = 0, base = 0; p < a->parts; base += a->part[p].count, p++)
        for (size_t b = 0; b * 64 < a->part[p].count && base + b * 64 < tile->visible; b++)
            gs_dense_f32(
                tile->rows, a->size, 64, tile->packed, NULL, a->part[p].keys + b * 64 * a->size, NULL,
                tile->scores + base + b * 64, tile->width / 64, GS_STORE_REPLACE, none);
    const size_t all = NAME(positions)(a);
    for (size_t r = 0; r < tile->rows; r++)
        NAME(soften)(
            a, NAME(visible)(a, tile->first + r / a->heads, all), tile->visible, tile->scores + r * tile->width,
            tile->damping ? tile->damping + r * tile->width : NULL);
}

static NAME(queries) NAME(tile)(const gs_attention *a, size_t first, size_t count, size_t most, int damps) {
    const size_t all = NAME(positions)(a), left = count - first, tokens = left < most ? left : most;
    const size_t rows = tokens * a->heads, width = (all + 127) / 64 * 64, wide = width > a->size ? width : a->size;
    NAME(queries) tile = {*a, first, tokens, rows, NAME(visible)(a, first + tokens - 1, all), width, 0, 0, 0, 0};
    const size_t all_scores = rows * width * (damps ? 2 : 1);
    tile.scores = gs_room((all_scores + (rows + 6) * wide + rows * padded(a->size) + rows * a->size) * sizeof(float));
    if (damps) tile.damping = tile.scores + rows * width;
    tile.packed = tile.scores + all_scores;
    tile.gathered = tile.packed + (rows + 6) * wide;
    return tile;
}

static size_t NAME(tokens_abreast)(const gs_attention *a) { return a->heads >= 48 ? 1 : 48 / a->heads; }

static void NAME(attention)(
    gs_attention a, size_t count, const float *q, size_t stride, float *out, size_t out_stride) {
    const gs_activation none = {GS_ACTIVATION_NONE, 0, 0};
    const size_t most = NAME(tokens_abreast)(&a);
    for (size_t first = 0; first < count; first += most) {
        NAME(queries) tile = NAME(tile)(&a, first, count, most, 0);
        NAME(weigh)(&tile, q + first * stride, stride);
        float *sums = tile.gathered;
        for (size_t p = 0, base = 0; p < a.parts && base < tile.visible; base += a.part[p].count, p++) {
            const size_t left = tile.visible - base, n = a.part[p].count < left ? a.part[p].count : left;
            if (n == 0) continue;
            gs_pack_f32(tile.rows, n, tile.scores + base, tile.width, 1, tile.packed);
            for (size_t c = 0; c * 64 < a.size; c++)
                gs_dense_f32(
                    tile.rows, n, lanes_of(a.size, c), tile.packed, NULL, a.part[p].values + c * 64 * a.part[p].capacity,
                    NULL, sums + c * 64 * tile.rows, 1, base == 0 ? GS_STORE_REPLACE : GS_STORE_ADD, none);
        }
        for (size_t r = 0; r < tile.rows; r++)
            for (size_t c = 0; c * 64 < a.size; c++) {
                const size_t left = a.size - c * 64, width = left < 64 ? left : 64;
                memcpy(
                    out + (first + r / a.heads) * out_stride + r % a.heads * a.size + c * 64,
                    sums + c * 64 * tile.rows + r * lanes_of(a.size, c), width * sizeof(float));
            }
    }
}

static INLINE const float *NAME(value)(const gs_attention *a, size_t p, size_t position, size_t chunk) {
    return a->part[p].values + chunk * 64 * a->part[p].capacity + position * lanes_of(a->size, chunk);
}

// One query: `weights` become the slopes by its scores.
static void NAME(slopes_of_scores)(
    const gs_attention *a, size_t visible, const float *gout, const float *damping, float *weights, float *slopes) {
    for (size_t p = 0, base = 0; p < a->parts && base < visible; base += a->part[p].count, p++)
        for (size_t j = 0; j < a->part[p].count && base + j < visible; j++) {
            float sum = 0;
            for (size_t c = 0; c * 64 < a->size; c++) {
                const size_t left = a->size - c * 64;
                sum += NAME(inner)(left < 64 ? left : 64, gout + c * 64, NAME(value)(a, p, j, c));
            }
            slopes[base + j] = sum;
        }
    const float level = NAME(inner)(visible, weights, slopes);
    LANEWISE for (size_t j = 0; j < visible; j++) slopes[j] = weights[j] * (slopes[j] - level) * a->scale;
    if (damping)
        LANEWISE for (size_t j = 0; j < visible; j++) slopes[j] *= damping[j];
}

static void NAME(attention_gradient)(
    gs_attention a, size_t count, const float *q, size_t stride, const float *gout, size_t out_stride, float *gq,
    float *gkeys, float *gvalues, size_t kv_stride) {
    const size_t all = NAME(positions)(&a), before = all - a.part[a.parts - 1].count;
    for (size_t t = 0; t < count; t++) {
        NAME(queries) tile = NAME(tile)(&a, t, count, 1, a.cap > 0);
        NAME(weigh)(&tile, q + t * stride, stride);
        float *slopes = tile.packed;
        for (size_t h = 0; h < a.heads; h++) {
            const float *query = q + t * stride + h * a.size, *g = gout + t * out_stride + h * a.size;
            float *weights = tile.scores + h * tile.width, *gquery = gq + t * stride + h * a.size;
            NAME(slopes_of_scores)(
                &a, tile.visible, g, tile.damping ? tile.damping + h * tile.width : NULL, weights, slopes);
            for (size_t d = 0; d < a.size; d++) {
                float sum = 0;
                for (size_t p = 0, base = 0; p < a.parts && base < tile.visible; base += a.part[p].count, p++) {
                    const size_t left = tile.visible - base, n = a.part[p].count < left ? a.part[p].count : left;
                    for (size_t b = 0; b * 64 < n; b++)
                        sum += NAME(inner)(
                            n - b * 64 < 64 ? n - b * 64 : 64, slopes + base + b * 64,
                            a.part[p].keys + (b * a.size + d) * 64);
                }
                gquery[d] = sum;
            }
            for (size_t j = before; j < tile.visible; j++) {
                float *gk = gkeys + (j - before) * kv_stride, *gv = gvalues + (j - before) * kv_stride;
                const float slope = slopes[j], weight = weights[j];
                LANEWISE for (size_t d = 0; d < a.size; d++) gk[d] = FMA(slope, query[d], gk[d]);
                LANEWISE for (size_t d = 0; d < a.size; d++) gv[d] = FMA(weight, g[d], gv[d]);
            }
        }
    }
}

static void NAME(summarise)(size_t count, const float *x, gs_logits_summary *summary) {
    typedef double wide __attribute__((ext_vector_type(16)));
    size_t largest = 0;
    float next = -__builtin_inff();
    for (size_t i = 1; i < count; i++) {
        if (x[i] > x[largest]) {
            next = x[largest];
            largest = i;
        } else if (x[i] > next) next = x[i];
    }
    const float peak = x[largest];
    wide sum = 0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        float e[16];
        LANEWISE for (size_t l = 0; l < 16; l++) e[l] = NAME(exp)(x[i + l] - peak);
        NAME(partial) part;
        memcpy(&part, e, sizeof part);
        sum += __builtin_convertvector(part, wide);
    }
    for (size_t l = 0; i + l < count; l++) sum[l] += (double)NAME(exp)(x[i + l] - peak);
    double all = 0;
    for (size_t l = 0; l < 16; l++) all += sum[l];
    *summary = (gs_logits_summary){largest, peak, peak - next, (double)peak + log(all)};
}

static void NAME(probabilities)(size_t count, double log_partition, float *x) {
    LANEWISE for (size_t i = 0; i < count; i++) x[i] = NAME(exp)((float)((double)x[i] - log_partition));
}

static void NAME(cap)(size_t count, float cap, float *x) {
    LANEWISE for (size_t i = 0; i < count; i++) x[i] = cap * NAME(tanh)(x[i] / cap);
}
#endif
#elif PASS == EXPORTS
#if !WIDE
size_t gs_value_place(size_t size, size_t capacity, size_t position, size_t index) {
    const size_t chunk = index / 64;
    return chunk * 64 * capacity + position * lanes_of(size, chunk) + index % 64;
}
size_t gs_key_count(size_t size, size_t capacity) { return (capacity + 63) / 64 * 64 * size; }
size_t gs_value_count(size_t size, size_t capacity) { return padded(size) * capacity; }

EXPORT(norm, (gs_norm norm, size_t count, const float *in, size_t in_stride, float *out, size_t out_stride),
    (norm, count, in, in_stride, out, out_stride))
EXPORT(norm_gradient, (
    gs_norm norm, size_t count, const float *in, size_t in_stride, const float *gout, size_t out_stride, float *gin),
    (norm, count, in, in_stride, gout, out_stride, gin))
EXPORT(gate, (
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, float *out),
    (kind, count, width, stride, gate, up, out))
EXPORT(gate_gradient, (
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, const float *gout,
    float *ggate, float *gup), (kind, count, width, stride, gate, up, gout, ggate, gup))
EXPORT(rotate, (
    size_t count, size_t heads, size_t size, size_t pairs, size_t apart, const float *table, float direction, float *x,
    size_t stride), (count, heads, size, pairs, apart, table, direction, x, stride))
EXPORT(add_row, (size_t count, size_t width, const float *bias, float *out, size_t stride),
    (count, width, bias, out, stride))
EXPORT(add_rows, (size_t count, size_t width, const float *in, size_t in_stride, float *out, size_t out_stride),
    (count, width, in, in_stride, out, out_stride))
EXPORT(summarise, (size_t count, const float *logits, gs_logits_summary *summary), (count, logits, summary))
EXPORT(probabilities, (size_t count, double log_partition, float *logits), (count, log_partition, logits))
EXPORT(cap, (size_t count, float cap, float *x), (count, cap, x))
EXPORT(attention, (
    gs_attention attention, size_t count, const float *q, size_t stride, float *out, size_t out_stride),
    (attention, count, q, stride, out, out_stride))
EXPORT(attention_gradient, (
    gs_attention attention, size_t count, const float *q, size_t stride, const float *gout, size_t out_stride, float *gq,
    float *gkeys, float *gvalues, size_t kv_stride),
    (attention, count, q, stride, gout, out_stride, gq, gkeys, gvalues, kv_stride))
#endif
#endif
