// Turning matrices. Included in the kernel passes of files that lay numbers another way round.
#if PASS == KERNELS
typedef T NAME(eight) __attribute__((ext_vector_type(8)));

// Transposes 8 x 8 numbers: each round of zipping moves the upper bit of the row's number below the column's.
static INLINE void NAME(turn)(const T *in, size_t in_stride, T *out, size_t out_stride) {
    NAME(eight) x[8], zipped[8];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) memcpy(&x[i], in + i * in_stride, sizeof x[i]);
#pragma clang loop unroll(full)
    for (size_t round = 0; round < 3; round++) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 4; i++) {
            zipped[2 * i] = __builtin_shufflevector(x[i], x[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
            zipped[2 * i + 1] = __builtin_shufflevector(x[i], x[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
        }
        memcpy(x, zipped, sizeof x);
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) memcpy(out + i * out_stride, &x[i], sizeof x[i]);
}

// out[c · out_stride + r] = in[r · in_stride + c]. Blocks of few rows and more columns, so that both sides are in cache,
// also where rows are a power of 2 apart.
static void NAME(transpose)(size_t rows, size_t columns, const T *in, size_t in_stride, T *out, size_t out_stride) {
    const size_t side = 8, width = 64, whole_rows = rows / side * side, whole_columns = columns / side * side;
    for (size_t first = 0; first < whole_columns; first += width) {
        const size_t end = whole_columns - first < width ? whole_columns : first + width;
        for (size_t r = 0; r < whole_rows; r += side)
            for (size_t c = first; c < end; c += side)
                NAME(turn)(in + r * in_stride + c, in_stride, out + c * out_stride + r, out_stride);
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = r < whole_rows ? whole_columns : 0; c < columns; c++)
            out[c * out_stride + r] = in[r * in_stride + c];
}
#endif
