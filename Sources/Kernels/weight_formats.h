// How panels of weights are laid out.
#pragma once

#include "quantised.h"

typedef enum panel_kind { PANEL_PLAIN, PANEL_NIBBLES, PANEL_BYTES } panel_kind;
typedef enum scale_kind { SCALE_HALF, SCALE_FLOAT } scale_kind;

// A group of columns: scales of all rows, offsets of all rows, then the whole numbers, a column (of nibbles: two columns)
// behind the other. Plain numbers have no groups. HALF where the file's own scales are halves, of 32 columns.
typedef enum panel_layout {
    LAYOUT_PLAIN,
    LAYOUT_NIBBLES_HALF,
    LAYOUT_NIBBLES_FLOAT,
    LAYOUT_BYTES_HALF,
    LAYOUT_BYTES_FLOAT,
    LAYOUT_BYTES_FLOAT_16,
} panel_layout;

panel_layout gs_layout_of(gs_weight_format format);
// Columns of a group, 1 for plain numbers, and its bytes in a panel.
size_t gs_panel_group(gs_weight_format format);
size_t gs_group_bytes(gs_weight_format format);
