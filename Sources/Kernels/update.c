#ifndef PASS
#define SELF "update.c"
#include "passes.h"
#elif PASS == KERNELS

#define WIDTH 16
typedef T NAME(vector) __attribute__((ext_vector_type(WIDTH)));

// The same for whole vectors and for what is left: nothing is fused, roots and quotients are exact to the last bit.
static INLINE void NAME(momentum_part)(
    NAME(vector) g, NAME(vector) *w, NAME(vector) *v, T rate, T momentum, T decay, int nesterov) {
    g = g + decay * *w;
    *v = momentum * *v + g;
    *w = *w - rate * (nesterov ? g + momentum * *v : *v);
}

static void NAME(momentum_step)(
    size_t count, const T *gradient, T *weights, T *velocity, T rate, T momentum, T decay, int nesterov) {
    for (size_t i = 0; i < count; i += WIDTH) {
        const size_t size = (count - i < WIDTH ? count - i : WIDTH) * sizeof(T);
        NAME(vector) g = 0, w = 0, v = 0;
        memcpy(&g, gradient + i, size);
        memcpy(&w, weights + i, size);
        memcpy(&v, velocity + i, size);
        NAME(momentum_part)(g, &w, &v, rate, momentum, decay, nesterov);
        memcpy(weights + i, &w, size);
        memcpy(velocity + i, &v, size);
    }
}

static void NAME(adam_step)(
    size_t count, const T *gradient, T *weights, T *mean, T *square, T rate, T beta1, T beta2, T epsilon, T decay,
    T first, T second) {
    const T kept = 1 - rate * decay, step = rate / first, root = (T)sqrt(second);
    for (size_t i = 0; i < count; i += WIDTH) {
        const size_t size = (count - i < WIDTH ? count - i : WIDTH) * sizeof(T);
        NAME(vector) g = 0, w = 0, m = 0, v = 0;
        memcpy(&g, gradient + i, size);
        memcpy(&w, weights + i, size);
        memcpy(&m, mean + i, size);
        memcpy(&v, square + i, size);
        m = beta1 * m + (1 - beta1) * g;
        v = beta2 * v + (1 - beta2) * g * g;
        w = kept * w - step * m / (__builtin_elementwise_sqrt(v) / root + epsilon);
        memcpy(weights + i, &w, size);
        memcpy(mean + i, &m, size);
        memcpy(square + i, &v, size);
    }
}
#undef WIDTH

#elif PASS == EXPORTS
EXPORT(momentum_step, (
    size_t count, const T *gradient, T *weights, T *velocity, T rate, T momentum, T decay, int nesterov),
    (count, gradient, weights, velocity, rate, momentum, decay, nesterov))
EXPORT(adam_step, (
    size_t count, const T *gradient, T *weights, T *mean, T *square, T rate, T beta1, T beta2, T epsilon, T decay,
    T first, T second),
    (count, gradient, weights, mean, square, rate, beta1, beta2, epsilon, decay, first, second))
#endif
