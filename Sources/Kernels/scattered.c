#ifndef PASS
#define SELF "scattered.c"
#include "passes.h"
#elif PASS == KERNELS

// So many neighbouring lanes, whose sums stay in registers.
#define SCATTERED(name, abreast) \
    typedef T NAME(name##_row) __attribute__((ext_vector_type(abreast), aligned(4))); \
    static INLINE void NAME(name)( \
        size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const T *weights, const T *bias, \
        const T *in, T *out, gs_store store) { \
        for (size_t r = 0; r < rows; r++) { \
            NAME(name##_row) *const result = (NAME(name##_row) *)(out + r * lanes); \
            NAME(name##_row) sum = store == GS_STORE_ADD ? *result : (NAME(name##_row))(bias ? bias[r] : 0); \
            for (int32_t place = starts[r]; place < starts[r + 1]; place++) { \
                const T *x = in + (size_t)columns[place] * lanes; \
                sum = __builtin_elementwise_fma( \
                    (NAME(name##_row))(weights[place]), *(const NAME(name##_row) *)x, sum); \
            } \
            *result = sum; \
        } \
    }
SCATTERED(scattered_many, 64)
SCATTERED(scattered_some, 16)
SCATTERED(scattered_one, 1)
#undef SCATTERED

static void NAME(scattered)(
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const T *weights, const T *bias,
    const T *in, T *out, gs_store store) {
    size_t lane = 0;
    for (; lane + 64 <= lanes; lane += 64)
        NAME(scattered_many)(rows, lanes, starts, columns, weights, bias, in + lane, out + lane, store);
    for (; lane + 16 <= lanes; lane += 16)
        NAME(scattered_some)(rows, lanes, starts, columns, weights, bias, in + lane, out + lane, store);
    for (; lane < lanes; lane++)
        NAME(scattered_one)(rows, lanes, starts, columns, weights, bias, in + lane, out + lane, store);
}

#elif PASS == EXPORTS
EXPORT(scattered, (
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const T *weights, const T *bias,
    const T *in, T *out, gs_store store),
    (rows, lanes, starts, columns, weights, bias, in, out, store))
#endif
