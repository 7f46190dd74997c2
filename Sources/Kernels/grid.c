#include "grid.h"

#include <stdlib.h>

static ptrdiff_t floored(ptrdiff_t a, ptrdiff_t b) { return a / b - (a % b < 0); }

// One tap of the kernel along one axis, at the positions of a grid.
typedef struct reach {
    size_t tap, phase;
    // In elements of its phase, from the position's own number.
    ptrdiff_t shift;
} reach;

// The taps that positions `start`, `start` + period, ... meet; returns how many.
static size_t reaches(const gs_geometry *g, gs_way way, size_t d, size_t start, reach *list) {
    const ptrdiff_t stride = (ptrdiff_t)g->strides[d], pad = (ptrdiff_t)g->pads[d];
    size_t count = 0;
    for (size_t tap = 0; tap < g->kernel[d]; tap++) {
        const ptrdiff_t reach_ = (ptrdiff_t)(tap * g->dilations[d]);
        if (way == GS_FORWARD) {
            const ptrdiff_t shift = floored(reach_ - pad, stride);
            list[count++] = (reach){tap, (size_t)(reach_ - pad - shift * stride), shift};
        } else {
            const ptrdiff_t distance = (ptrdiff_t)start + pad - reach_;
            if (distance - floored(distance, stride) * stride == 0)
                list[count++] = (reach){tap, 0, floored(distance, stride)};
        }
    }
    return count;
}

// The planes' extents, from how far the taps reach.
static void span(gs_grid *grid, size_t d, const reach *list, size_t count) {
    ptrdiff_t least = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        least = list[i].shift < least || i == 0 ? list[i].shift : least;
        most = list[i].shift > most || i == 0 ? list[i].shift : most;
    }
    grid->origin[d] = -least;
    grid->extent[d] = grid->count[d] + (size_t)(most - least);
}

static size_t along(const gs_grid *grid, const reach *r, size_t d) { return (size_t)(r->shift + grid->origin[d]); }

static bool tables(const gs_geometry *g, size_t channels, gs_grid *grid, reach *const lists[], const size_t counts[]) {
    const size_t taps = counts[0] * counts[1] * counts[2], *e = grid->extent, *p = grid->phases;
    grid->taps = channels * taps;
    grid->reads = calloc(grid->taps + 1, sizeof *grid->reads);
    grid->weights = calloc(grid->taps + 1, sizeof *grid->weights);
    if (!grid->reads || !grid->weights) return false;
    size_t at = 0;
    for (size_t channel = 0; channel < channels; channel++)
        for (size_t i = 0; i < counts[0]; i++)
            for (size_t j = 0; j < counts[1]; j++)
                for (size_t k = 0; k < counts[2]; k++, at++) {
                    const reach *x = &lists[0][i], *y = &lists[1][j], *z = &lists[2][k];
                    const size_t phase = (x->phase * p[1] + y->phase) * p[2] + z->phase;
                    const size_t place =
                        (along(grid, x, 0) * e[1] + along(grid, y, 1)) * e[2] + along(grid, z, 2);
                    grid->reads[at] = (int32_t)((phase * channels + channel) * grid->plane + place);
                    grid->weights[at] =
                        (int32_t)(channel * g->taps + (x->tap * g->kernel[1] + y->tap) * g->kernel[2] + z->tap);
                }
    return true;
}

static bool make(const gs_geometry *g, gs_way way, const gs_grids *grids, gs_grid *grid) {
    reach *lists[GS_DIMENSIONS] = {0};
    size_t counts[GS_DIMENSIONS] = {0}, planes = grids->channels;
    bool made = true;
    grid->plane = 1;
    for (size_t d = 0; d < GS_DIMENSIONS; d++) {
        lists[d] = calloc(g->kernel[d], sizeof *lists[d]);
        made = made && lists[d];
        if (!made) continue;
        counts[d] = reaches(g, way, d, grid->start[d], lists[d]);
        span(grid, d, lists[d], counts[d]);
        made = !__builtin_mul_overflow(grid->plane, grid->extent[d], &grid->plane)
            && !__builtin_mul_overflow(planes, grid->phases[d], &planes) && planes <= GS_TABLE_LIMIT
            && grid->plane <= GS_TABLE_LIMIT;
    }
    size_t numbers;
    made = made && !__builtin_mul_overflow(planes, grid->plane, &numbers) && numbers <= GS_TABLE_LIMIT;
    if (made) {
        const size_t *n = grid->count, *e = grid->extent;
        grid->length = ((n[0] - 1) * e[1] + n[1] - 1) * e[2] + n[2];
        made = tables(g, grids->channels, grid, lists, counts);
    }
    for (size_t d = 0; d < GS_DIMENSIONS; d++) free(lists[d]);
    return made;
}

// Whether nothing happens along a dimension.
static bool trivial(const gs_geometry *g, size_t d) {
    return g->input[d] == 1 && g->output[d] == 1 && g->kernel[d] == 1 && g->pads[d] == 0;
}

// The same with the dimensions along which nothing happens in front, so that the last is one with neighbours.
static gs_geometry turned(const gs_geometry *g) {
    gs_geometry t = *g;
    size_t at = 0;
    for (int along = 0; along < 2; along++)
        for (size_t d = 0; d < GS_DIMENSIONS; d++) {
            if (trivial(g, d) == (along == 1)) continue;
            t.input[at] = g->input[d];
            t.output[at] = g->output[d];
            t.kernel[at] = g->kernel[d];
            t.strides[at] = trivial(g, d) ? 1 : g->strides[d];
            t.dilations[at] = g->dilations[d];
            t.pads[at++] = g->pads[d];
        }
    return t;
}

bool gs_grids_make(const gs_geometry *geometry, gs_way way, gs_grids *grids) {
    const gs_geometry own = turned(geometry), *g = &own;
    const bool forward = way == GS_FORWARD;
    size_t period[GS_DIMENSIONS], start[GS_DIMENSIONS];
    grids->channels = forward ? g->in_channels : g->out_channels;
    size_t most = 1;
    for (size_t d = 0; d < GS_DIMENSIONS; d++) {
        grids->source[d] = forward ? g->input[d] : g->output[d];
        grids->result[d] = forward ? g->output[d] : g->input[d];
        period[d] = forward ? 1 : g->strides[d];
        if (period[d] > grids->result[d]) period[d] = grids->result[d];
        if (__builtin_mul_overflow(most, period[d], &most) || most > GS_TABLE_LIMIT) return false;
    }
    grids->grids = calloc(most, sizeof *grids->grids);
    if (!grids->grids) return false;
    for (start[0] = 0; start[0] < period[0]; start[0]++)
        for (start[1] = 0; start[1] < period[1]; start[1]++)
            for (start[2] = 0; start[2] < period[2]; start[2]++) {
                gs_grid *grid = &grids->grids[grids->count++];
                for (size_t d = 0; d < GS_DIMENSIONS; d++) {
                    grid->start[d] = start[d];
                    grid->step[d] = forward ? 1 : g->strides[d];
                    grid->count[d] = (grids->result[d] - start[d] + grid->step[d] - 1) / grid->step[d];
                    grid->phases[d] = forward ? g->strides[d] : 1;
                }
                if (!make(g, way, grids, grid)) return false;
            }
    return true;
}

void gs_grids_free(gs_grids *grids) {
    for (size_t i = 0; i < grids->count; i++) {
        free(grids->grids[i].reads);
        free(grids->grids[i].weights);
    }
    free(grids->grids);
}

size_t gs_grid_room(const gs_grids *grids, const gs_grid *grid, size_t block) {
    return grids->channels * grid->phases[0] * grid->phases[1] * grid->phases[2] * grid->plane + block;
}
