#ifndef PICTURE_FILES_H
#define PICTURE_FILES_H

#include <stddef.h>
#include <stdint.h>

// libpng and libjpeg report errors by longjmp, which must not cross Swift's frames: so they are called from C alone.
// Nothing here keeps a pointer, and threads may call at once.

// The most samples (width * height * channels) that a picture may have.
#define PICTURE_SAMPLES_LIMIT (1 << 26)
#define PICTURE_MESSAGE_SIZE 200

typedef struct {
    int32_t width, height;
    // 1 for grey, 3 for red, green and blue.
    int32_t channels;
    // In a message that is not empty: what is wrong.
    char message[PICTURE_MESSAGE_SIZE];
} PictureSize;

// The size of what the header promises. 0 where it is good, else `size->message` says what is wrong.
int png_picture_size(const uint8_t *bytes, size_t count, PictureSize *size);
int jpeg_picture_size(const uint8_t *bytes, size_t count, PictureSize *size);

// Decodes into `samples` [channels][height][width], each from 0 to 1: what the file holds over the greatest value of its depth.
// `size` is what the header gave. Gamma, colour profiles and orientation are left alone.
int png_picture_samples(const uint8_t *bytes, size_t count, PictureSize *size, float *samples);
int jpeg_picture_samples(const uint8_t *bytes, size_t count, PictureSize *size, float *samples);

#endif
