#pragma once

#include <stddef.h>
#include <stdint.h>

/// The parts of transformers besides their products: rows are tokens, row-major, `stride` numbers apart. Sums over a row run in
/// sixteen partial sums, number i in sum i % 16, which are then added in halves: a row's results depend on nothing else.

typedef enum gs_norm_kind {
    /// x / sqrt(mean(x²) + epsilon) · weight (Zhang and Sennrich, 2019)
    GS_NORM_RMS,
    /// (x - mean(x)) / sqrt(variance(x) + epsilon) · weight + bias (Ba, Kiros and Hinton, 2016)
    GS_NORM_LAYER,
} gs_norm_kind;

/// A normalisation of `width` numbers; `bias` may be NULL.
typedef struct gs_norm {
    gs_norm_kind kind;
    size_t width;
    float epsilon;
    const float *weight, *bias;
} gs_norm;

/// `out` may be `in`.
void gs_norm_f32(gs_norm norm, size_t count, const float *in, size_t in_stride, float *out, size_t out_stride);
/// gin += the gradient by the input, given `in` and gout.
void gs_norm_gradient_f32(
    gs_norm norm, size_t count, const float *in, size_t in_stride, const float *gout, size_t out_stride, float *gin);

typedef enum gs_gate_kind {
    GS_GATE_SILU,
    /// By the error function.
    GS_GATE_GELU,
    /// By the hyperbolic tangent (Hendrycks and Gimpel, 2016, section 2).
    GS_GATE_GELU_TANH,
    GS_GATE_RELU,
} gs_gate_kind;

/// out = f(gate) · up, or f(gate) where `up` is NULL, for `width` numbers of each row; all have the same stride. `out` may be
/// `gate` or `up`.
void gs_gate_f32(
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, float *out);
/// ggate and gup (NULL where `up` is) become the gradients.
void gs_gate_gradient_f32(
    gs_gate_kind kind, size_t count, size_t width, size_t stride, const float *gate, const float *up, const float *gout,
    float *ggate, float *gup);

/// Rotary positions (Su et al., 2021), in place: the first `2·pairs` numbers of each of `heads` vectors of `size` numbers, by the
/// angles whose cosine and sine are table[t][pair] (two numbers each). Pairs are numbers 2i and 2i + 1 where `apart` is 1, else
/// numbers i and i + apart. `direction` is 1, or -1 for the gradient.
void gs_rotate_f32(
    size_t count, size_t heads, size_t size, size_t pairs, size_t apart, const float *table, float direction, float *x,
    size_t stride);

/// out[r] += what is in `bias`, for each row; out[r] += in[r].
void gs_add_row_f32(size_t count, size_t width, const float *bias, float *out, size_t stride);
void gs_add_rows_f32(size_t count, size_t width, const float *in, size_t in_stride, float *out, size_t out_stride);

/// Keys and values of adjacent positions. Keys lie in blocks of 64 positions: [block][size][64]. Values lie in chunks of 64
/// numbers of a head, each [capacity][lanes]; the last chunk is as wide as the rest rounded up to a multiple of 16.
typedef struct gs_attention_part {
    const float *keys, *values;
    size_t count, capacity;
} gs_attention_part;

/// The heads that share keys and values, and what they see. Position j counts from 0 over all parts.
typedef struct gs_attention {
    /// Heads, and numbers of each.
    size_t heads, size;
    /// What scores are multiplied by, and the bound that tanh keeps them in (0: none).
    float scale, cap;
    size_t parts;
    const gs_attention_part *part;
    /// Positions before the first query. Query t sees position j <= seen + t, and only the last `window` of them (0: all);
    /// all positions where `both_ways` is not 0.
    size_t seen, window;
    int both_ways;
} gs_attention;

/// Where value `position`, number `index` lies in a part's values.
size_t gs_value_place(size_t size, size_t capacity, size_t position, size_t index);
/// The floats that keys and values of `capacity` positions take.
size_t gs_key_count(size_t size, size_t capacity);
size_t gs_value_count(size_t size, size_t capacity);

/// out[t][h] = Σ_j softmax_j(scale · q[t][h] · key_j) · value_j for `count` queries (Vaswani et al., 2017). Sums run with
/// positions ascending, each step one fused multiply-add, however positions are divided into parts.
void gs_attention_f32(gs_attention attention, size_t count, const float *q, size_t stride, float *out, size_t out_stride);

/// The gradients by queries, and by keys and values of the last part, which is the queries' own: gq becomes, gkeys and gvalues
/// ([count][kv_stride]) are added to.
void gs_attention_gradient_f32(
    gs_attention attention, size_t count, const float *q, size_t stride, const float *gout, size_t out_stride, float *gq,
    float *gkeys, float *gvalues, size_t kv_stride);

/// What a row of logits says: the place of the largest (the first of equals), how far the next is below it, and
/// log Σ exp, whose sum runs in double in sixteen partial sums.
typedef struct gs_logits_summary {
    size_t largest;
    float value, margin;
    double log_partition;
} gs_logits_summary;
void gs_summarise_f32(size_t count, const float *logits, gs_logits_summary *summary);

/// logits[i] = exp(logits[i] - log_partition): the probabilities.
void gs_probabilities_f32(size_t count, double log_partition, float *logits);
/// x[i] = cap · tanh(x[i] / cap).
void gs_cap_f32(size_t count, float cap, float *x);
