// One pass over the including file per number type; see passes.h. WIDE is 1 for double.
#define T float
#define TYPE f32
#define WIDE 0
#include SELF
#undef T
#undef TYPE
#undef WIDE

#define T double
#define TYPE f64
#define WIDE 1
#include SELF
#undef T
#undef TYPE
#undef WIDE
