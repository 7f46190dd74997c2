#pragma once

#include <stddef.h>

/// One step of gradient descent with momentum (Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", 2013, in the form where the rate is applied last): v = momentum·v + (g + decay·w), w -= rate·v; with
/// `nesterov` not 0 w -= rate·(g + decay·w + momentum·v).
void gs_momentum_step_f32(
    size_t count, const float *gradient, float *weights, float *velocity, float rate, float momentum, float decay,
    int nesterov);
void gs_momentum_step_f64(
    size_t count, const double *gradient, double *weights, double *velocity, double rate, double momentum,
    double decay, int nesterov);

/// One step of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): w *= 1 - rate·decay,
/// m = β₁·m + (1-β₁)·g, v = β₂·v + (1-β₂)·g², w -= rate/first · m / (√v/√second + epsilon). `first` and `second` are the
/// corrections 1 - β₁^t and 1 - β₂^t.
void gs_adam_step_f32(
    size_t count, const float *gradient, float *weights, float *mean, float *square, float rate, float beta1,
    float beta2, float epsilon, float decay, float first, float second);
void gs_adam_step_f64(
    size_t count, const double *gradient, double *weights, double *mean, double *square, double rate, double beta1,
    double beta2, double epsilon, double decay, double first, double second);
