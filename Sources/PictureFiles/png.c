#include "picture_files.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t count, place;
    PictureSize *size;
    png_structp png;
    png_infop info;
    // Freed with the reader, however reading ends.
    uint8_t *rows;
    uint8_t **pointers;
} Reader;

static void fail(png_structp png, png_const_charp message) {
    Reader *reader = png_get_error_ptr(png);
    strncpy(reader->size->message, message, PICTURE_MESSAGE_SIZE - 1);
    png_longjmp(png, 1);
}

// Of what libpng only warns about, nothing changes a sample.
static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void supply(png_structp png, png_bytep target, size_t count) {
    Reader *reader = png_get_io_ptr(png);
    if (count > reader->count - reader->place) png_error(png, "it ends too early");
    memcpy(target, reader->bytes + reader->place, count);
    reader->place += count;
}

// Reads the header and asks for grey or RGB in 8 or 16 bits, with opacity where the file has any.
static void begin(Reader *reader) {
    png_structp png = reader->png;
    png_set_read_fn(png, reader, supply);
    png_set_user_limits(png, PICTURE_SAMPLES_LIMIT, PICTURE_SAMPLES_LIMIT);
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 1 << 22);
    png_read_info(png, reader->info);
    png_uint_32 width, height;
    int depth, colour;
    png_get_IHDR(png, reader->info, &width, &height, &depth, &colour, NULL, NULL, NULL);
    reader->size->channels = colour & PNG_COLOR_MASK_COLOR ? 3 : 1;
    if ((uint64_t)width * height * reader->size->channels > PICTURE_SAMPLES_LIMIT) png_error(png, "it is too large");
    reader->size->width = (int32_t)width;
    reader->size->height = (int32_t)height;
    png_set_expand(png);
}

static void store(Reader *reader, float *samples) {
    png_structp png = reader->png;
    png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    const size_t width = reader->size->width, height = reader->size->height, channels = reader->size->channels;
    const size_t all = png_get_channels(png, reader->info), row = png_get_rowbytes(png, reader->info);
    const int is_deep = png_get_bit_depth(png, reader->info) == 16;
    reader->rows = malloc(row * height);
    reader->pointers = malloc(height * sizeof *reader->pointers);
    if (!reader->rows || !reader->pointers) png_error(png, "there is no memory for it");
    for (size_t y = 0; y < height; y++) reader->pointers[y] = reader->rows + y * row;
    png_read_image(png, reader->pointers);
    png_read_end(png, NULL);
    const float greatest = is_deep ? 65535 : 255;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            for (size_t c = 0; c < all; c++) {
                const uint8_t *at = reader->pointers[y] + (x * all + c) * (is_deep ? 2 : 1);
                const float value = is_deep ? at[0] << 8 | at[1] : at[0];
                if (c < channels)
                    samples[(c * height + y) * width + x] = value / greatest;
                else if (value != greatest)
                    png_error(png, "it is transparent in places: flatten it onto the background that is meant");
            }
        }
    }
}

static int run(const uint8_t *bytes, size_t count, PictureSize *size, float *samples) {
    Reader reader = {.bytes = bytes, .count = count, .size = size};
    size->message[0] = size->message[PICTURE_MESSAGE_SIZE - 1] = 0;
    reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, fail, ignore);
    reader.info = reader.png ? png_create_info_struct(reader.png) : NULL;
    if (!reader.info) {
        png_destroy_read_struct(&reader.png, NULL, NULL);
        strcpy(size->message, "there is no memory for it");
        return 1;
    }
    // Whatever is changed after setjmp and read after longjmp is behind this pointer, not in a register.
    Reader *volatile kept = &reader;
    const int status = setjmp(png_jmpbuf(reader.png));
    if (!status) {
        begin(&reader);
        if (samples) store(&reader, samples);
    }
    free(kept->rows);
    free(kept->pointers);
    png_destroy_read_struct(&kept->png, &kept->info, NULL);
    return status;
}

int png_picture_size(const uint8_t *bytes, size_t count, PictureSize *size) { return run(bytes, count, size, NULL); }

int png_picture_samples(const uint8_t *bytes, size_t count, PictureSize *size, float *samples) {
    return run(bytes, count, size, samples);
}
