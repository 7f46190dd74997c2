#ifndef GAINSAY_CURL_SHIM_H
#define GAINSAY_CURL_SHIM_H

#include <curl/curl.h>

// Swift cannot call functions of varying arguments: one of each kind that is needed.

static inline CURLcode curl_set_number(CURL *transfer, CURLoption option, long value) {
    return curl_easy_setopt(transfer, option, value);
}

static inline CURLcode curl_set_text(CURL *transfer, CURLoption option, const char *value) {
    return curl_easy_setopt(transfer, option, value);
}

static inline CURLcode curl_set_headers(CURL *transfer, struct curl_slist *value) {
    return curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, value);
}

/// The body of a POST, which is copied.
static inline CURLcode curl_set_body(CURL *transfer, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code ? code : curl_easy_setopt(transfer, CURLOPT_COPYPOSTFIELDS, bytes);
}

/// Who is given the lines of the head and the bytes of the body, and `context` with them.
static inline CURLcode curl_set_receivers(
    CURL *transfer, curl_write_callback head, curl_write_callback body, void *context) {
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_HEADERFUNCTION, head);
    if (!code) code = curl_easy_setopt(transfer, CURLOPT_HEADERDATA, context);
    if (!code) code = curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, body);
    return code ? code : curl_easy_setopt(transfer, CURLOPT_WRITEDATA, context);
}

static inline long curl_status(CURL *transfer) {
    long status = 0;
    return curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status) ? 0 : status;
}

/// Seconds that the head asks to wait, 0 where it asks for none.
static inline curl_off_t curl_retry_after(CURL *transfer) {
    curl_off_t seconds = 0;
    return curl_easy_getinfo(transfer, CURLINFO_RETRY_AFTER, &seconds) ? 0 : seconds;
}

/// The next transfer that has ended, and how; null where none has.
static inline CURL *curl_ended(CURLM *transfers, CURLcode *result) {
    int left = 0;
    struct CURLMsg *message = curl_multi_info_read(transfers, &left);
    if (!message || message->msg != CURLMSG_DONE) return 0;
    *result = message->data.result;
    return message->easy_handle;
}

#endif
