// Elementary functions of T, branch-free where they are hot, so that loops over lanes become vectors.
//
// float: exp, tanh and sigmoid in float; others in double with about 1e-10 relative error, rounded once.
// double: libm. Included in the kernel passes of the files that need them.
#if PASS == KERNELS

#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)

#if !WIDE

static INLINE float NAME(from_bits)(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static INLINE uint32_t NAME(to_bits)(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static INLINE double NAME(from_bits_wide)(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static INLINE uint64_t NAME(to_bits_wide)(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

// exp(x) = 2^n · exp(r), |r| <= ln 2 / 2; the polynomial is (exp(r) - 1 - r) / r² interpolated at Chebyshev nodes.
// 2^n is applied in two halves, so that results near both ends of the range, subnormal ones included, round once.
static INLINE float NAME(exp)(float x) {
    x = x < -105.0f ? -105.0f : x;
    x = x > 90.0f ? 90.0f : x;
    const float magic = 12582912.0f;
    const float shifted = FMA(x, 1.44269504f, magic);
    const float n = shifted - magic;
    float r = FMA(n, -0.693145752f, x);
    r = FMA(n, -1.42860677e-6f, r);
    float q = 0.0001989198f;
    q = FMA(q, r, 0.0013934541f);
    q = FMA(q, r, 0.0083333105f);
    q = FMA(q, r, 0.041666456f);
    q = FMA(q, r, 0.16666667f);
    q = FMA(q, r, 0.5f);
    const float p = FMA(r * r, q, r) + 1.0f;
    // Biased by 1024 so that halving rounds down for either sign.
    const uint32_t biased = NAME(to_bits)(shifted) - NAME(to_bits)(magic) + 1024u;
    const uint32_t half = biased / 2u - 512u, rest = biased - 1024u - half;
    return p * NAME(from_bits)((half + 127u) << 23) * NAME(from_bits)((rest + 127u) << 23);
}

static INLINE float NAME(sigmoid)(float x) {
    const float e = NAME(exp)(-__builtin_fabsf(x));
    return (x < 0 ? e : 1.0f) / (1.0f + e);
}

// Near 0 an odd polynomial, interpolating (tanh(x) / x - 1) / x² at Chebyshev nodes in x²; else by way of exp.
static INLINE float NAME(tanh)(float x) {
    const float magnitude = __builtin_fabsf(x), z = x * x;
    float q = 0.0023707657f;
    q = FMA(q, z, -0.008410071f);
    q = FMA(q, z, 0.021788321f);
    q = FMA(q, z, -0.053961553f);
    q = FMA(q, z, 0.13333313f);
    q = FMA(q, z, -0.33333334f);
    const float near = FMA(q * z, x, x);
    const float far = 1.0f - 2.0f / (NAME(exp)(2.0f * magnitude) + 1.0f);
    return __builtin_copysignf(magnitude < 0.6f ? near : far, x);
}

// exp(x) - less in double for |x| <= 700, with less 0 or 1: Taylor's series to r^10 after the same reduction.
// Nothing is lost near 0, where exp(x) - 1 is small.
static INLINE double NAME(exp_wide)(double x, double less) {
    const double magic = 6755399441055744.0;
    const double shifted = FMA(x, 1.4426950408889634, magic);
    const double n = shifted - magic;
    double r = FMA(n, -0.6931471805599453, x);
    r = FMA(n, -2.3190468138462996e-17, r);
    double q = 1.0 / 3628800;
    q = FMA(q, r, 1.0 / 362880);
    q = FMA(q, r, 1.0 / 40320);
    q = FMA(q, r, 1.0 / 5040);
    q = FMA(q, r, 1.0 / 720);
    q = FMA(q, r, 1.0 / 120);
    q = FMA(q, r, 1.0 / 24);
    q = FMA(q, r, 1.0 / 6);
    q = FMA(q, r, 0.5);
    const double p = FMA(r * r, q, r);
    const double scale = NAME(from_bits_wide)((NAME(to_bits_wide)(shifted) - NAME(to_bits_wide)(magic) + 1023u) << 52);
    return FMA(scale, p, scale - less);
}

static INLINE float NAME(expm1)(float x) {
    const double held = x < -100.0f ? -100.0 : x > 100.0f ? 100.0 : (double)x;
    // The sum above would lose the sign of zero.
    return x == 0 ? x : (float)NAME(exp_wide)(held, 1.0);
}

// Twice the inverse hyperbolic tangent, |s| <= 1/3: Taylor's series to s^21.
static INLINE double NAME(log_ratio)(double s) {
    const double z = s * s;
    double q = 1.0 / 21;
    q = FMA(q, z, 1.0 / 19);
    q = FMA(q, z, 1.0 / 17);
    q = FMA(q, z, 1.0 / 15);
    q = FMA(q, z, 1.0 / 13);
    q = FMA(q, z, 1.0 / 11);
    q = FMA(q, z, 1.0 / 9);
    q = FMA(q, z, 1.0 / 7);
    q = FMA(q, z, 1.0 / 5);
    q = FMA(q, z, 1.0 / 3);
    return 2.0 * FMA(q * z, s, s);
}

// log(x) = e·ln 2 + log(m), m in [√½, √2), for a positive normal double.
static INLINE double NAME(log_wide)(double x) {
    const uint64_t root = 0x3fe6a09e667f3bcd;
    const uint64_t offset = NAME(to_bits_wide)(x) - root + ((uint64_t)1024 << 52);
    const double m = NAME(from_bits_wide)((offset & 0xfffffffffffff) + root);
    // The integer offset >> 52 as a double, through the bits of 2^52.
    const double e = NAME(from_bits_wide)((offset >> 52) | 0x4330000000000000) - (4503599627370496.0 + 1024.0);
    return FMA(e, 0.6931471805599453, NAME(log_ratio)((m - 1.0) / (m + 1.0)));
}

static INLINE float NAME(log)(float x) {
    const float y = (float)NAME(log_wide)((double)x);
    const float special = x == 0 ? -__builtin_inff() : x < 0 ? __builtin_nanf("") : x;
    return ((x > 0) & (x < __builtin_inff())) ? y : special;
}

// log(1 + u), u in [0, 1].
static INLINE double NAME(log1p_wide)(double u) { return NAME(log_ratio)(u / (2.0 + u)); }

static INLINE float NAME(softplus)(float x) {
    const float magnitude = __builtin_fabsf(x);
    const double held = magnitude > 200.0f ? 200.0 : (double)magnitude;
    const double above = x > 0 ? (double)x : 0.0;
    const float y = (float)(above + NAME(log1p_wide)(NAME(exp_wide)(-held, 0.0)));
    return x != x ? x : y;
}

// erf(x) / x for |x| <= 4, a polynomial in x²/8 - 1 interpolated at Chebyshev nodes; beyond, 1 to float's last place.
static INLINE float NAME(erf)(float x) {
    const double magnitude = __builtin_fabsf(x);
    const double t = magnitude > 4.0 ? 4.0 : magnitude, v = FMA(t, t * 0.125, -1.0);
    double q = 1.4883137738024427e-06;
    q = FMA(q, v, -4.586436654384096e-06);
    q = FMA(q, v, 5.069598611100321e-06);
    q = FMA(q, v, -1.2635295810882527e-05);
    q = FMA(q, v, 5.0516480984461565e-05);
    q = FMA(q, v, -0.00012649419013464726);
    q = FMA(q, v, 0.0002730868781407246);
    q = FMA(q, v, -0.0006048631720031436);
    q = FMA(q, v, 0.0012940700205056187);
    q = FMA(q, v, -0.0025830290325423205);
    q = FMA(q, v, 0.004852986669306072);
    q = FMA(q, v, -0.008604359881842768);
    q = FMA(q, v, 0.01434973873577006);
    q = FMA(q, v, -0.02247402944863727);
    q = FMA(q, v, 0.033060611596419896);
    q = FMA(q, v, -0.04576504084136504);
    q = FMA(q, v, 0.05988690674393009);
    q = FMA(q, v, -0.07472787156784315);
    q = FMA(q, v, 0.09020899404424358);
    q = FMA(q, v, -0.10771044230403215);
    q = FMA(q, v, 0.13167511689547207);
    q = FMA(q, v, -0.17657623330392602);
    q = FMA(q, v, 0.35353099564340495);
    return x != x ? x : __builtin_copysignf((float)(q * t), x);
}

// The largest argument whose distance to a multiple of π/2 the reduction below keeps to 1e-10 of itself.
#define TURN_LIMIT 16777216.0f

// sin (turns 0) or cos (turns 1) for |x| <= TURN_LIMIT: x = n·π/2 + r, then Taylor's series of sin or cos of r.
static INLINE double NAME(turn_wide)(double x, uint64_t turns) {
    const double magic = 6755399441055744.0;
    const double shifted = FMA(x, 0.6366197723675814, magic);
    const double n = shifted - magic;
    double r = FMA(n, -1.5707963267948966, x);
    r = FMA(n, -6.123233995736766e-17, r);
    const uint64_t quarter = NAME(to_bits_wide)(shifted) + turns;
    const double z = r * r;
    double sine = 1.0 / 6227020800;
    sine = FMA(sine, z, -1.0 / 39916800);
    sine = FMA(sine, z, 1.0 / 362880);
    sine = FMA(sine, z, -1.0 / 5040);
    sine = FMA(sine, z, 1.0 / 120);
    sine = FMA(sine, z, -1.0 / 6);
    sine = FMA(sine * z, r, r);
    double cosine = -1.0 / 87178291200;
    cosine = FMA(cosine, z, 1.0 / 479001600);
    cosine = FMA(cosine, z, -1.0 / 3628800);
    cosine = FMA(cosine, z, 1.0 / 40320);
    cosine = FMA(cosine, z, -1.0 / 720);
    cosine = FMA(cosine, z, 1.0 / 24);
    cosine = FMA(cosine, z, -0.5);
    cosine = FMA(cosine, z, 1.0);
    const double y = quarter & 1 ? cosine : sine;
    return quarter & 2 ? -y : y;
}

static INLINE float NAME(sin_near)(float x) { return x == 0 ? x : (float)NAME(turn_wide)(x, 0); }
static INLINE float NAME(cos_near)(float x) { return (float)NAME(turn_wide)(x, 1); }
static INLINE int NAME(is_near)(float x) { return __builtin_fabsf(x) <= TURN_LIMIT; }
static INLINE float NAME(sin)(float x) { return NAME(is_near)(x) ? NAME(sin_near)(x) : (float)sin((double)x); }
static INLINE float NAME(cos)(float x) { return NAME(is_near)(x) ? NAME(cos_near)(x) : (float)cos((double)x); }
// Rare ones: libm in double, rounded once.
#define RARE(name) static INLINE float NAME(name)(float x) { return (float)name((double)x); }
static INLINE float NAME(pow)(float x, float y) { return (float)pow((double)x, (double)y); }
static INLINE float NAME(fmod)(float x, float y) { return fmodf(x, y); }
#else

static INLINE double NAME(sigmoid)(double x) {
    const double e = exp(-__builtin_fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}
static INLINE double NAME(softplus)(double x) { return (x > 0 ? x : 0) + log1p(exp(-__builtin_fabs(x))); }
#define RARE(name) static INLINE double NAME(name)(double x) { return name(x); }
RARE(exp)
RARE(expm1)
RARE(log)
RARE(erf)
RARE(tanh)
RARE(sin)
RARE(cos)
static INLINE double NAME(pow)(double x, double y) { return pow(x, y); }
static INLINE double NAME(fmod)(double x, double y) { return fmod(x, y); }
#endif

RARE(tan)
RARE(asin)
RARE(acos)
RARE(atan)
RARE(sinh)
RARE(cosh)
RARE(asinh)
RARE(acosh)
RARE(atanh)
#undef RARE
static INLINE T NAME(sqrt)(T x) { return __builtin_elementwise_sqrt(x); }
#endif
