#pragma once
// libcurl sets and tells everything by functions of any number of arguments, which Swift cannot call: here is one for each kind of value.
#include <curl/curl.h>
#include <sys/socket.h>

static inline CURLcode curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// Texts are copied by the library; lists, and what callbacks are given, are not.
static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// The bytes of certificates, which are copied.
static inline CURLcode curl_set_authorities(CURL *handle, const void *bytes, size_t count) {
    struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
}

typedef size_t (*curl_taker)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_set_taker(CURL *handle, CURLoption option, curl_taker taker) {
    return curl_easy_setopt(handle, option, taker);
}

static inline CURLcode curl_get_number(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Closed in children from its first moment: a child that was just being started would hold the connection open.
static curl_socket_t curl_open_closing(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode curl_close_in_children(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &curl_open_closing);
}

/// Names that are macros, or members of enumerations without a name.
static inline CURLcode curl_begin(void) { return curl_global_init(CURL_GLOBAL_ALL); }
static inline CURLcode curl_speak_http1(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}
static inline CURLcode curl_ask_for_tls12(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}
