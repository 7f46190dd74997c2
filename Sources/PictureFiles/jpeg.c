#include "picture_files.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

typedef struct {
    struct jpeg_error_mgr manager;
    struct jpeg_progress_mgr progress;
    PictureSize *size;
    jmp_buf escape;
} Guard;

static void fail(j_common_ptr codec) {
    Guard *guard = (Guard *)codec->err;
    char text[JMSG_LENGTH_MAX];
    codec->err->format_message(codec, text);
    strncpy(guard->size->message, text, PICTURE_MESSAGE_SIZE - 1);
    longjmp(guard->escape, 1);
}

// A warning says that samples were made up, unless it is one of those that change none.
static void consider(j_common_ptr codec, int level) {
    const int code = codec->err->msg_code;
    if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
    fail(codec);
}

// A progressive file may ask for any number of passes over all of the picture.
#define SCAN_LIMIT 100

static void count_scans(j_common_ptr codec) {
    if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > SCAN_LIMIT) {
        Guard *guard = (Guard *)codec->err;
        snprintf(guard->size->message, PICTURE_MESSAGE_SIZE, "it has more than %d scans", SCAN_LIMIT);
        longjmp(guard->escape, 1);
    }
}

static void refuse(Guard *guard, const char *message) {
    strncpy(guard->size->message, message, PICTURE_MESSAGE_SIZE - 1);
    longjmp(guard->escape, 1);
}

static void begin(struct jpeg_decompress_struct *codec, Guard *guard, const uint8_t *bytes, size_t count) {
    codec->progress = &guard->progress;
    guard->progress.progress_monitor = count_scans;
    jpeg_mem_src(codec, bytes, count);
    jpeg_read_header(codec, TRUE);
    const int channels = codec->num_components;
    if (channels != 1 && channels != 3) refuse(guard, "it has neither grey nor red, green and blue");
    codec->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    if ((uint64_t)codec->image_width * codec->image_height * channels > PICTURE_SAMPLES_LIMIT)
        refuse(guard, "it is too large");
    guard->size->width = (int32_t)codec->image_width;
    guard->size->height = (int32_t)codec->image_height;
    guard->size->channels = channels;
}

static void store(struct jpeg_decompress_struct *codec, float *samples) {
    jpeg_start_decompress(codec);
    const size_t width = codec->output_width, height = codec->output_height, channels = codec->output_components;
    // libjpeg's own memory: freed with the codec, however reading ends.
    JSAMPARRAY row = codec->mem->alloc_sarray((j_common_ptr)codec, JPOOL_IMAGE, (JDIMENSION)(width * channels), 1);
    while (codec->output_scanline < height) {
        const size_t y = codec->output_scanline;
        jpeg_read_scanlines(codec, row, 1);
        for (size_t x = 0; x < width; x++)
            for (size_t c = 0; c < channels; c++)
                samples[(c * height + y) * width + x] = (float)row[0][x * channels + c] / 255;
    }
    jpeg_finish_decompress(codec);
}

static int run(const uint8_t *bytes, size_t count, PictureSize *size, float *samples) {
    struct jpeg_decompress_struct codec;
    Guard guard;
    memset(&codec, 0, sizeof codec);
    memset(&guard, 0, sizeof guard);
    guard.size = size;
    size->message[0] = size->message[PICTURE_MESSAGE_SIZE - 1] = 0;
    codec.err = jpeg_std_error(&guard.manager);
    guard.manager.error_exit = fail;
    guard.manager.emit_message = consider;
    const int status = setjmp(guard.escape);
    if (!status) {
        jpeg_create_decompress(&codec);
        begin(&codec, &guard, bytes, count);
        if (samples) store(&codec, samples);
    }
    jpeg_destroy_decompress(&codec);
    return status;
}

int jpeg_picture_size(const uint8_t *bytes, size_t count, PictureSize *size) { return run(bytes, count, size, NULL); }

int jpeg_picture_samples(const uint8_t *bytes, size_t count, PictureSize *size, float *samples) {
    return run(bytes, count, size, samples);
}
