// The limits that ingest is measured against: what C does with the same bytes and no ledger, no digest and no index.
#define _GNU_SOURCE
#include "peers.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void wait_until(double instant) {
    struct timespec t = {.tv_sec = (time_t)instant};
    t.tv_nsec = (long)((instant - (double)t.tv_sec) * 1e9);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
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

double peer_write_new_file(const char *path, const void *blocks, size_t size, size_t distinct, size_t count, size_t step,
                           size_t cut) {
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
        const char *bytes = (const char *)blocks + i % distinct * size;
        size_t left = size;
        while (left > 0) {
            size_t piece = left;
            if (cut > 0 && piece > cut - (end + size - left) % cut) piece = cut - (end + size - left) % cut;
            ssize_t n = write(file, bytes, piece);
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

// Messages that are on their way at once: more than the sockets of both sides queue.
enum { POOL = 64 };

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t returned;
    int free_count;
    char *free_blocks[POOL];
};

static void give_back(void *data, void *hint) {
    struct pool *pool = hint;
    pthread_mutex_lock(&pool->lock);
    pool->free_blocks[pool->free_count++] = data;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
}

static char *take(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (pool->free_count == 0) pthread_cond_wait(&pool->returned, &pool->lock);
    char *block = pool->free_blocks[--pool->free_count];
    pthread_mutex_unlock(&pool->lock);
    return block;
}

int peer_push(const char *address, const void *start, size_t start_size, const void *image, size_t image_size, size_t count,
              double rate, size_t patch_offset, const void *end, size_t end_size,
              void (*trigger)(void *hint), void *hint) {
    struct pool pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .returned = PTHREAD_COND_INITIALIZER, .free_count = 0};
    char *blocks = malloc(image_size * POOL);
    if (blocks == NULL) return ENOMEM;
    for (size_t i = 0; i < POOL; i++) {
        pool.free_blocks[pool.free_count++] = blocks + i * image_size;
        memcpy(blocks + i * image_size, image, image_size);
    }
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    int hwm = 16, linger = -1;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &hwm, sizeof hwm);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    int result = 0;
    if (zmq_bind(socket, address) != 0) {
        result = zmq_errno();
        goto done;
    }
    zmq_send(socket, start, start_size, 0);
    // A detector is triggered after it was armed: the first frame does not run into the making of the files.
    wait_until(seconds() + 0.25);
    trigger(hint);
    double begin = 0;
    for (size_t i = 0; i < count; i++) {
        zmq_msg_t message;
        if (rate > 0) {
            if (i == 0) begin = seconds();
            wait_until(begin + (double)i / rate);
        }
        char *block = take(&pool);
        for (int byte = 0; byte < 4; byte++) block[patch_offset + byte] = (char)(i >> (24 - 8 * byte));
        zmq_msg_init_data(&message, block, image_size, give_back, &pool);
        if (zmq_msg_send(&message, socket, 0) < 0) {
            result = zmq_errno();
            zmq_msg_close(&message);
            break;
        }
    }
    zmq_send(socket, end, end_size, 0);
done:
    zmq_close(socket);
    zmq_ctx_term(context);
    free(blocks);
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
        if (size < end_below) {
            zmq_msg_close(&message);
            if (*messages == 0) continue;
            break;
        }
        if (begin == 0) begin = seconds();
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
    last = seconds();
    if (file >= 0 && allocated > (size_t)offset && ftruncate(file, offset) != 0) code = errno;
done:
    if (file >= 0) close(file);
    zmq_close(socket);
    zmq_ctx_term(context);
    return code != 0 ? -code : last - begin;
}

int peer_free_port(void) {
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = 0};
    socklen_t size = sizeof place;
    int result = -1;
    if (probe >= 0 && bind(probe, (struct sockaddr *)&place, size) == 0 &&
        getsockname(probe, (struct sockaddr *)&place, &size) == 0)
        result = ntohs(place.sin_port);
    if (probe >= 0) close(probe);
    return result;
}
