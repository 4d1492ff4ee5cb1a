// The limits that ingest is measured against: what C does with the same bytes and no ledger, no digest and no index.
#define _GNU_SOURCE
#include "peers.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int write_at(int file, const char *bytes, size_t size, off_t offset) {
    while (size > 0) {
        ssize_t n = pwrite(file, bytes, size, offset);
        if (n < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        bytes += n;
        size -= (size_t)n;
        offset += n;
    }
    return 0;
}

double peer_write_new_file(const char *path, const void *block, size_t size, size_t count, size_t step) {
    unlink(path);
    double begin = seconds();
    int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
    if (file < 0) return -errno;
    size_t allocated = 0, end = 0;
    for (size_t i = 0; i < count; i++) {
        while (step > 0 && end + size > allocated) {
            if (fallocate(file, FALLOC_FL_KEEP_SIZE, (off_t)allocated, (off_t)step) != 0) step = 0;
            else allocated += step;
        }
        const char *bytes = block;
        size_t left = size;
        while (left > 0) {
            ssize_t n = write(file, bytes, left);
            if (n < 0) {
                if (errno == EINTR) continue;
                int code = errno;
                close(file);
                return -code;
            }
            bytes += n;
            left -= (size_t)n;
        }
        end += size;
    }
    if (allocated > end && ftruncate(file, (off_t)end) != 0) return -errno;
    close(file);
    return seconds() - begin;
}

static void keep(void *data, void *hint) { (void)data; (void)hint; }
static void freed(void *data, void *hint) { (void)hint; free(data); }

int peer_push(const char *address, const void *start, size_t start_size, const void *image, size_t image_size, size_t count,
              size_t patch_offset, const void *end, size_t end_size) {
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    int hwm = 64, linger = -1;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &hwm, sizeof hwm);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    int result = 0;
    if (zmq_bind(socket, address) != 0) {
        result = zmq_errno();
        goto done;
    }
    zmq_send(socket, start, start_size, 0);
    // The number is patched into the shared block only when the message before it has left: with a patch, a copy is sent.
    for (size_t i = 0; i < count; i++) {
        zmq_msg_t message;
        if (patch_offset == SIZE_MAX) {
            zmq_msg_init_data(&message, (void *)image, image_size, keep, NULL);
        } else {
            // Head (metadata) copied and patched; the size of a whole message would cost the pusher a copy of the payload, which is what a
            // detector does not pay, so buffers are taken from malloc, which keeps them.
            char *copy = malloc(image_size);
            memcpy(copy, image, image_size);
            copy[patch_offset] = (char)(i >> 24);
            copy[patch_offset + 1] = (char)(i >> 16);
            copy[patch_offset + 2] = (char)(i >> 8);
            copy[patch_offset + 3] = (char)i;
            zmq_msg_init_data(&message, copy, image_size, freed, NULL);
        }
        if (zmq_msg_send(&message, socket, 0) < 0) {
            result = zmq_errno();
            break;
        }
    }
    zmq_send(socket, end, end_size, 0);
done:
    zmq_close(socket);
    zmq_ctx_term(context);
    return result;
}

double peer_pull(const char *address, const char *path, size_t end_below, size_t step, size_t *messages, size_t *bytes) {
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PULL);
    int hwm = 16, linger = 0;
    zmq_setsockopt(socket, ZMQ_RCVHWM, &hwm, sizeof hwm);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    double begin = 0, last = 0;
    int code = 0, file = -1;
    size_t allocated = 0;
    off_t offset = 0;
    *messages = 0;
    *bytes = 0;
    if (zmq_connect(socket, address) != 0) {
        code = zmq_errno();
        goto done;
    }
    if (path != NULL) {
        unlink(path);
        file = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
        if (file < 0) {
            code = errno;
            goto done;
        }
    }
    for (;;) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        int n = zmq_msg_recv(&message, socket, 0);
        if (n < 0) {
            if (zmq_errno() == EINTR) continue;
            code = zmq_errno();
            break;
        }
        size_t size = (size_t)n;
        if (begin == 0) begin = seconds();
        if (size < end_below) {
            zmq_msg_close(&message);
            if (*messages == 0) continue;
            break;
        }
        if (file >= 0) {
            while (step > 0 && (size_t)offset + size > allocated) {
                if (fallocate(file, FALLOC_FL_KEEP_SIZE, (off_t)allocated, (off_t)step) != 0) step = 0;
                else allocated += step;
            }
            code = write_at(file, zmq_msg_data(&message), size, offset);
            if (code != 0) break;
            offset += (off_t)size;
        }
        *messages += 1;
        *bytes += size;
        zmq_msg_close(&message);
    }
    if (file >= 0 && allocated > (size_t)offset && ftruncate(file, offset) != 0) code = errno;
    last = seconds();
done:
    if (file >= 0) close(file);
    zmq_close(socket);
    zmq_ctx_term(context);
    return code != 0 ? -code : last - begin;
}
