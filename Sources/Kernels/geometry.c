#include "geometry.h"

#include <stdlib.h>
#include <string.h>

// The product, or GS_TABLE_LIMIT + 1 where it is larger than the limit.
static size_t product(size_t a, size_t b) {
    size_t result;
    return __builtin_mul_overflow(a, b, &result) || result > GS_TABLE_LIMIT ? GS_TABLE_LIMIT + 1 : result;
}

static bool fits(size_t extent) { return extent > 0 && extent <= GS_TABLE_LIMIT; }

gs_geometry gs_geometry_make(
    size_t dimensions, size_t groups, size_t in_channels, size_t out_channels, const size_t *input,
    const size_t *output, const size_t *kernel, const size_t *strides, const size_t *dilations, const size_t *pads) {
    gs_geometry g = {.valid = false};
    if (dimensions < 1 || dimensions > GS_DIMENSIONS || !fits(groups) || !fits(in_channels) || !fits(out_channels)
        || in_channels % groups || out_channels % groups)
        return g;
    g.groups = groups;
    g.in_channels = in_channels / groups;
    g.out_channels = out_channels / groups;
    g.taps = 1;
    size_t in_rows = in_channels, out_rows = out_channels;
    for (size_t d = 0; d < GS_DIMENSIONS; d++) {
        const bool present = d < dimensions;
        g.input[d] = present ? input[d] : 1;
        g.output[d] = present ? output[d] : 1;
        g.kernel[d] = present ? kernel[d] : 1;
        g.strides[d] = present ? strides[d] : 1;
        g.dilations[d] = present ? dilations[d] : 1;
        g.pads[d] = present ? pads[d] : 0;
        if (!fits(g.input[d]) || !fits(g.output[d]) || !fits(g.kernel[d]) || !fits(g.strides[d])
            || !fits(g.dilations[d]) || g.pads[d] > GS_TABLE_LIMIT)
            return g;
        g.taps = product(g.taps, g.kernel[d]);
        in_rows = product(in_rows, g.input[d]);
        out_rows = product(out_rows, g.output[d]);
    }
    const size_t weights = product(product(g.in_channels, out_channels), g.taps);
    g.valid = fits(in_rows) && fits(out_rows) && fits(g.taps) && weights <= GS_TABLE_LIMIT;
    return g;
}

// A tap of the kernel that meets the source, and where.
typedef struct meeting {
    size_t tap, coordinate;
} meeting;

// Along one dimension: what each position meets, and which positions are alike up to a shift.
typedef struct axis {
    size_t positions, class_count;
    // Per position; `base` is the coordinate of its first meeting, 0 where there is none.
    size_t *class, *base;
    // Per class: meetings [starts[c] ..< starts[c + 1]]; coordinates are differences from the base.
    size_t *starts;
    ptrdiff_t *shifts;
    size_t *taps;
} axis;

static bool meet(const gs_geometry *g, gs_way way, size_t d, size_t position, size_t tap, size_t *coordinate) {
    const size_t reach = tap * g->dilations[d];
    if (way == GS_FORWARD) {
        const size_t padded = position * g->strides[d] + reach;
        *coordinate = padded - g->pads[d];
        return padded >= g->pads[d] && *coordinate < g->input[d];
    }
    const size_t padded = position + g->pads[d];
    *coordinate = (padded - reach) / g->strides[d];
    return padded >= reach && (padded - reach) % g->strides[d] == 0 && *coordinate < g->output[d];
}

static bool same_class(const axis *a, size_t class, size_t start, size_t count) {
    if (a->starts[class + 1] - a->starts[class] != count) return false;
    return memcmp(a->taps + a->starts[class], a->taps + start, count * sizeof *a->taps) == 0
        && memcmp(a->shifts + a->starts[class], a->shifts + start, count * sizeof *a->shifts) == 0;
}

static void axis_free(axis *a) {
    free(a->class);
    free(a->base);
    free(a->starts);
    free(a->shifts);
    free(a->taps);
}

// Writes the meetings of a position behind those of all classes so far; returns their number.
static size_t meetings(const gs_geometry *g, gs_way way, size_t d, size_t position, axis *a) {
    const size_t start = a->starts[a->class_count];
    size_t count = 0;
    for (size_t tap = 0; tap < g->kernel[d]; tap++) {
        size_t coordinate;
        if (!meet(g, way, d, position, tap, &coordinate)) continue;
        if (count == 0) a->base[position] = coordinate;
        a->taps[start + count] = tap;
        a->shifts[start + count] = (ptrdiff_t)coordinate - (ptrdiff_t)a->base[position];
        count++;
    }
    return count;
}

// Makes room for one more class of any size.
static bool axis_grow(axis *a, size_t kernel, size_t *room) {
    const size_t needed = a->starts[a->class_count] + kernel;
    if (needed > GS_TABLE_LIMIT) return false;
    if (needed <= *room) return true;
    *room = 2 * needed;
    size_t *taps = realloc(a->taps, *room * sizeof *taps);
    if (taps) a->taps = taps;
    ptrdiff_t *shifts = realloc(a->shifts, *room * sizeof *shifts);
    if (shifts) a->shifts = shifts;
    return taps && shifts;
}

static bool axis_make(const gs_geometry *g, gs_way way, size_t d, axis *a) {
    a->positions = way == GS_FORWARD ? g->output[d] : g->input[d];
    a->class = calloc(a->positions, sizeof *a->class);
    a->base = calloc(a->positions, sizeof *a->base);
    a->starts = calloc(a->positions + 1, sizeof *a->starts);
    size_t room = 0;
    if (!a->class || !a->base || !a->starts) return false;
    for (size_t position = 0; position < a->positions; position++) {
        if (!axis_grow(a, g->kernel[d], &room)) return false;
        const size_t start = a->starts[a->class_count], count = meetings(g, way, d, position, a);
        // Neighbours are mostly alike, or alike one period ago: the newest class is the likeliest.
        size_t class = a->class_count;
        while (class > 0 && !same_class(a, class - 1, start, count)) class--;
        if (class == 0) {
            class = ++a->class_count;
            a->starts[class] = start + count;
        }
        a->class[position] = class - 1;
    }
    return true;
}

// The tables of one class: for every channel of the source, every combination of meetings, in the order of the weights.
static void class_make(
    const gs_geometry *g, gs_way way, const axis axes[GS_DIMENSIONS], const size_t classes[GS_DIMENSIONS],
    gs_direction *direction, gs_class class) {
    const size_t *extent = way == GS_FORWARD ? g->input : g->output;
    const size_t channels = direction->columns / g->taps, plane = extent[0] * extent[1] * extent[2];
    const axis *x = &axes[0], *y = &axes[1], *z = &axes[2];
    size_t at = class.first;
    for (size_t channel = 0; channel < channels; channel++)
        for (size_t i = x->starts[classes[0]]; i < x->starts[classes[0] + 1]; i++)
            for (size_t j = y->starts[classes[1]]; j < y->starts[classes[1] + 1]; j++)
                for (size_t k = z->starts[classes[2]]; k < z->starts[classes[2] + 1]; k++, at++) {
                    const size_t tap = (x->taps[i] * g->kernel[1] + y->taps[j]) * g->kernel[2] + z->taps[k];
                    const ptrdiff_t shift = (x->shifts[i] * (ptrdiff_t)extent[1] + y->shifts[j])
                        * (ptrdiff_t)extent[2] + z->shifts[k];
                    direction->weight_rows[at] = (int32_t)(channel * g->taps + tap);
                    direction->in_rows[at] = (int32_t)((ptrdiff_t)(channel * plane) + shift);
                }
}

static size_t class_size(const axis *a, size_t class) { return a->starts[class + 1] - a->starts[class]; }

// Lays the classes one behind another; false where they are too many.
static bool classes_make(const gs_geometry *g, gs_way way, const axis axes[GS_DIMENSIONS], gs_direction *direction) {
    size_t entries = direction->columns / g->taps, number = 1;
    for (size_t d = 0; d < GS_DIMENSIONS; d++) {
        entries = product(entries, axes[d].starts[axes[d].class_count]);
        number = product(number, axes[d].class_count);
    }
    if (entries > GS_TABLE_LIMIT || number > GS_TABLE_LIMIT) return false;
    direction->classes = calloc(number, sizeof *direction->classes);
    direction->in_rows = calloc(entries + 1, sizeof *direction->in_rows);
    direction->weight_rows = calloc(entries + 1, sizeof *direction->weight_rows);
    if (!direction->classes || !direction->in_rows || !direction->weight_rows) return false;
    size_t first = 0, index = 0, c[GS_DIMENSIONS];
    for (c[0] = 0; c[0] < axes[0].class_count; c[0]++)
        for (c[1] = 0; c[1] < axes[1].class_count; c[1]++)
            for (c[2] = 0; c[2] < axes[2].class_count; c[2]++) {
                size_t count = direction->columns / g->taps;
                for (size_t d = 0; d < GS_DIMENSIONS; d++) count *= class_size(&axes[d], c[d]);
                const gs_class class = {first, count};
                direction->classes[index++] = class;
                class_make(g, way, axes, c, direction, class);
                first += count;
            }
    return true;
}

static bool places_make(const gs_geometry *g, gs_way way, const axis axes[GS_DIMENSIONS], gs_direction *direction) {
    const size_t *extent = way == GS_FORWARD ? g->input : g->output;
    direction->places = calloc(direction->positions, sizeof *direction->places);
    if (!direction->places) return false;
    gs_place *place = direction->places;
    for (size_t i = 0; i < axes[0].positions; i++)
        for (size_t j = 0; j < axes[1].positions; j++)
            for (size_t k = 0; k < axes[2].positions; k++, place++) {
                place->class = (uint32_t)((axes[0].class[i] * axes[1].class_count + axes[1].class[j])
                    * axes[2].class_count + axes[2].class[k]);
                place->base = (uint32_t)((axes[0].base[i] * extent[1] + axes[1].base[j]) * extent[2] + axes[2].base[k]);
            }
    return true;
}

bool gs_direction_make(const gs_geometry *g, gs_way way, gs_direction *direction) {
    const bool forward = way == GS_FORWARD;
    const size_t *to = forward ? g->output : g->input, *from = forward ? g->input : g->output;
    const size_t from_channels = forward ? g->in_channels : g->out_channels;
    direction->groups = g->groups;
    direction->rows = forward ? g->out_channels : g->in_channels;
    direction->columns = from_channels * g->taps;
    direction->positions = to[0] * to[1] * to[2];
    direction->group_in_rows = from_channels * from[0] * from[1] * from[2];
    axis axes[GS_DIMENSIONS] = {0};
    bool made = true;
    for (size_t d = 0; made && d < GS_DIMENSIONS; d++) made = axis_make(g, way, d, &axes[d]);
    made = made && classes_make(g, way, axes, direction) && places_make(g, way, axes, direction);
    for (size_t d = 0; d < GS_DIMENSIONS; d++) axis_free(&axes[d]);
    return made;
}

void gs_direction_free(gs_direction *direction) {
    free(direction->places);
    free(direction->classes);
    free(direction->in_rows);
    free(direction->weight_rows);
}
