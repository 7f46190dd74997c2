#ifndef PASS
#define SELF "update.c"
#include "passes.h"
#elif PASS == KERNELS

#define WIDTH 16
typedef T NAME(vector) __attribute__((ext_vector_type(WIDTH)));

// `part` numbers, at most WIDTH: a constant for whole vectors. Nothing is fused, roots and quotients are exact to the last
// bit, so that what is left gives what it would give in a vector.
static INLINE void NAME(momentum_part)(
    const size_t part, const T *gradient, T *weights, T *velocity, T rate, T momentum, T decay, int nesterov) {
    NAME(vector) g = 0, w = 0, v = 0;
    memcpy(&g, gradient, part * sizeof(T));
    memcpy(&w, weights, part * sizeof(T));
    memcpy(&v, velocity, part * sizeof(T));
    g = g + decay * w;
    v = momentum * v + g;
    w = w - rate * (nesterov ? g + momentum * v : v);
    memcpy(weights, &w, part * sizeof(T));
    memcpy(velocity, &v, part * sizeof(T));
}

static void NAME(momentum_step)(
    size_t count, const T *gradient, T *weights, T *velocity, T rate, T momentum, T decay, int nesterov) {
    size_t i = 0;
    for (; i + WIDTH <= count; i += WIDTH)
        NAME(momentum_part)(WIDTH, gradient + i, weights + i, velocity + i, rate, momentum, decay, nesterov);
    NAME(momentum_part)(count - i, gradient + i, weights + i, velocity + i, rate, momentum, decay, nesterov);
}

// The factors of a step of Adam.
typedef struct NAME(pace) {
    T kept, step, root, beta1, beta2, epsilon;
} NAME(pace);

static INLINE void NAME(adam_part)(
    const size_t part, const T *gradient, T *weights, T *mean, T *square, const NAME(pace) *pace) {
    NAME(vector) g = 0, w = 0, m = 0, v = 0;
    memcpy(&g, gradient, part * sizeof(T));
    memcpy(&w, weights, part * sizeof(T));
    memcpy(&m, mean, part * sizeof(T));
    memcpy(&v, square, part * sizeof(T));
    m = pace->beta1 * m + (1 - pace->beta1) * g;
    v = pace->beta2 * v + (1 - pace->beta2) * g * g;
    w = pace->kept * w - pace->step * m / (__builtin_elementwise_sqrt(v) / pace->root + pace->epsilon);
    memcpy(weights, &w, part * sizeof(T));
    memcpy(mean, &m, part * sizeof(T));
    memcpy(square, &v, part * sizeof(T));
}

static void NAME(adam_step)(
    size_t count, const T *gradient, T *weights, T *mean, T *square, T rate, T beta1, T beta2, T epsilon, T decay,
    T first, T second) {
    const NAME(pace) pace = {1 - rate * decay, rate / first, (T)sqrt(second), beta1, beta2, epsilon};
    size_t i = 0;
    for (; i + WIDTH <= count; i += WIDTH)
        NAME(adam_part)(WIDTH, gradient + i, weights + i, mean + i, square + i, &pace);
    NAME(adam_part)(count - i, gradient + i, weights + i, mean + i, square + i, &pace);
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
