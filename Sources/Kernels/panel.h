// Sums of products with packed weights: what the kernel passes of panel.c compute, for those of other files.
#ifndef PANEL
// Rows of weights packed together: six by four registers of AVX-512 leave eight of 32 for input and weights.
#define PANEL 6
// Bytes of input that one sweep over all panels should find in the first-level cache.
#define SWEEP_BYTES 24576
#endif

#if PASS == KERNELS
#define LENGTH (VECTOR / sizeof(T))
typedef T NAME(vector) __attribute__((ext_vector_type(VECTOR / sizeof(T))));

// One sweep: `count` steps of the sum, for all output rows, which are `out_stride` numbers apart. Row r of the input
// starts `in_step` times r numbers behind `in`.
typedef struct NAME(sweep) {
    size_t rows, count, lanes, panel_stride, in_step, out_stride;
    const T *weights, *bias, *in;
    const int32_t *in_rows, *weight_rows;
    T *out;
    // Whether the sum starts from the output; whether the activation follows it.
    int continued, last;
    gs_activation activation;
} NAME(sweep);

// A sum that is zero is +0, whatever products with zero were part of it.
static INLINE NAME(vector) NAME(settled)(NAME(vector) sum) { return sum + 0; }

static INLINE NAME(vector) NAME(activate)(NAME(vector) x, gs_activation activation) {
    const NAME(vector) a = (NAME(vector))((T)activation.a), b = (NAME(vector))((T)activation.b);
    switch (activation.kind) {
    case GS_ACTIVATION_NONE: return x;
    case GS_ACTIVATION_RELU: return x < 0 ? (NAME(vector))(0) : x;
    case GS_ACTIVATION_LEAKY_RELU: return x < 0 ? a * x : x;
    case GS_ACTIVATION_CLIP: x = x < a ? a : x; return x > b ? b : x;
    }
}

static INLINE T NAME(activate_one)(T x, gs_activation activation) {
    const T a = (T)activation.a, b = (T)activation.b;
    switch (activation.kind) {
    case GS_ACTIVATION_NONE: return x;
    case GS_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case GS_ACTIVATION_LEAKY_RELU: return x < 0 ? a * x : x;
    case GS_ACTIVATION_CLIP: x = x < a ? a : x; return x > b ? b : x;
    }
}

// All of a sweep: step k reads row k of the input and weight k, or the row that a table names, or both.
void NAME(gs_sweep_dense)(const NAME(sweep) *s);
void NAME(gs_sweep_rows)(const NAME(sweep) *s);
void NAME(gs_sweep_rows_and_weights)(const NAME(sweep) *s);

// out[r] = act(start + Σ_k packed[r][weight_rows[k]] · in[in_rows[k]]). The packed matrix has `columns` columns where
// there is no table of weights. Long sums are cut, so that the input of a piece stays in cache for all panels.
static INLINE void NAME(panels)(
    size_t rows, size_t count, size_t columns, size_t lanes, const T *packed, const T *bias, const T *in,
    const int32_t *in_rows, const int32_t *weight_rows, T *out, size_t out_stride, gs_store store,
    gs_activation activation) {
    const size_t fitting = SWEEP_BYTES / (lanes * sizeof(T));
    const size_t piece = rows <= PANEL ? count : fitting;
    size_t k = 0;
    do {
        const size_t length = count - k < piece ? count - k : piece;
        NAME(sweep) s = {
            .rows = rows, .count = length, .lanes = lanes, .panel_stride = columns * PANEL, .in_step = lanes,
            .out_stride = out_stride * lanes, .weights = weight_rows ? packed : packed + k * PANEL, .bias = bias,
            .in = in_rows ? in : in + k * lanes, .in_rows = in_rows ? in_rows + k : NULL,
            .weight_rows = weight_rows ? weight_rows + k : NULL, .out = out,
            .continued = k > 0 || store == GS_STORE_ADD, .last = k + length == count, .activation = activation,
        };
        if (weight_rows) NAME(gs_sweep_rows_and_weights)(&s);
        else if (in_rows) NAME(gs_sweep_rows)(&s);
        else NAME(gs_sweep_dense)(&s);
        k += length;
    } while (k < count);
}
#undef LENGTH
#endif
