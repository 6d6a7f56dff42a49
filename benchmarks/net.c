#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static SSL_CTX *tls;
static int frames;
static char buffer[RECEIVE];

_Noreturn void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double used_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

void use_tls(void) {
    tls = SSL_CTX_new(TLS_client_method());
    if (!tls)
        die("no TLS");
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void use_frames(void) { frames = 1; }

/* RFC 6455, 5.2; what a server sends is not masked. The answer to the handshake begins with a letter, no frame does. */
static char *next_frame(char *data, char *end) {
    size_t there = (size_t)(end - data), size = 2, length;
    if (there && *data == 'H') {
        char *blank = memmem(data, there, "\r\n\r\n", 4);
        return blank ? blank + 4 : NULL;
    }
    if (there < size)
        return NULL;
    length = data[1] & 0x7f;
    if (length >= 126) {
        size = length == 126 ? 4 : 10;
        if (there < size)
            return NULL;
        length = 0;
        for (size_t i = 2; i < size; i++)
            length = length << 8 | (unsigned char)data[i];
    }
    return there - size < length ? NULL : data + size + length;
}

char *net_next(char *data, char *end) {
    char *stop;
    if (frames)
        return next_frame(data, end);
    stop = memchr(data, '\n', (size_t)(end - data));
    return stop ? stop + 1 : NULL;
}

/* Behind the last whole line or frame of what has come, of which the last bytes are new. */
static char *last_end(char *data, char *end, size_t fresh) {
    char *stop = data;
    if (frames) {
        for (char *next; (next = next_frame(stop, end));)
            stop = next;
        return stop;
    }
    stop = memrchr(end - fresh, '\n', fresh);
    return stop ? stop + 1 : data;
}

int net_open(void) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        die("epoll: %s", strerror(errno));
    return epoll;
}

static void watch(struct conn *conn, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = conn};
    if (epoll_ctl(conn->epoll, how, conn->fd, &event) < 0)
        die("epoll_ctl: %s", strerror(errno));
}

void net_connect(int epoll, struct conn *conn, int index, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1;
    memset(conn, 0, sizeof *conn);
    conn->index = index;
    conn->epoll = epoll;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (conn->fd < 0 || connect(conn->fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connection %d: %s", index, strerror(errno));
    setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (tls) {
        conn->ssl = SSL_new(tls);
        SSL_set_fd(conn->ssl, conn->fd);
        if (SSL_connect(conn->ssl) != 1)
            die("connection %d: the TLS handshake failed: %s", index, ERR_error_string(ERR_get_error(), NULL));
    }
    if (fcntl(conn->fd, F_SETFL, O_NONBLOCK) < 0)
        die("fcntl: %s", strerror(errno));
    watch(conn, EPOLL_CTL_ADD, EPOLLIN);
}

void net_move(struct conn *conn, int epoll) {
    watch(conn, EPOLL_CTL_DEL, 0);
    conn->epoll = epoll;
    watch(conn, EPOLL_CTL_ADD, conn->out_size ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void net_close(struct conn *conn) {
    if (conn->closed)
        return;
    conn->closed = 1;
    if (conn->ssl)
        SSL_free(conn->ssl);
    close(conn->fd);
    free(conn->tail);
    free(conn->out);
    conn->tail = conn->out = NULL;
}

/* Bytes taken; 0 where none can be now. */
static size_t put(struct conn *conn, const char *data, size_t size) {
    ssize_t n;
    if (conn->ssl) {
        int done = SSL_write(conn->ssl, data, (int)size);
        return done > 0 ? (size_t)done : 0;
    }
    n = send(conn->fd, data, size, MSG_NOSIGNAL);
    return n > 0 ? (size_t)n : 0;
}

void net_send(struct conn *conn, const char *data, size_t size) {
    size_t done = 0;
    if (conn->closed)
        return;
    if (!conn->out_size)
        done = put(conn, data, size);
    if (done == size)
        return;
    if (!conn->out_size)
        watch(conn, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    if (conn->out_size + size - done > conn->out_room) {
        conn->out_room = 2 * (conn->out_size + size - done);
        conn->out = realloc(conn->out, conn->out_room);
    }
    memcpy(conn->out + conn->out_size, data + done, size - done);
    conn->out_size += size - done;
}

static void send_waiting(struct conn *conn) {
    conn->out_sent += put(conn, conn->out + conn->out_sent, conn->out_size - conn->out_sent);
    if (conn->out_sent == conn->out_size) {
        conn->out_size = conn->out_sent = 0;
        watch(conn, EPOLL_CTL_MOD, EPOLLIN);
    }
}

/* Bytes read; 0 where none are there now, -1 at the end. */
static ssize_t get(struct conn *conn, char *into, size_t room) {
    ssize_t n;
    if (conn->ssl) {
        int done = SSL_read(conn->ssl, into, (int)room);
        if (done > 0)
            return done;
        return SSL_get_error(conn->ssl, done) == SSL_ERROR_WANT_READ ? 0 : -1;
    }
    n = recv(conn->fd, into, room, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    return n ? n : -1;
}

static void keep_tail(struct conn *conn, const char *tail, size_t size) {
    if (size > conn->tail_room) {
        conn->tail_room = size < 512 ? 512 : 2 * size;
        conn->tail = realloc(conn->tail, conn->tail_room);
    }
    if (size)
        memcpy(conn->tail, tail, size);
    conn->tail_size = size;
}

static void receive(struct conn *conn, received *take) {
    do {
        size_t size = conn->tail_size;
        char *last;
        ssize_t n;
        if (size)
            memcpy(buffer, conn->tail, size);
        n = get(conn, buffer + size, sizeof buffer - size);
        if (n < 0) {
            net_close(conn);
            return;
        }
        if (!n)
            return;
        size += (size_t)n;
        last = last_end(buffer, buffer + size, (size_t)n);
        if (last == buffer && size == sizeof buffer)
            die("connection %d: a line without end", conn->index);
        keep_tail(conn, last, (size_t)(buffer + size - last));
        if (last > buffer)
            take(conn, buffer, last);
    } while (conn->ssl && !conn->closed && SSL_has_pending(conn->ssl));
}

void net_event(struct conn *conn, uint32_t events, received *take) {
    if (!conn->closed && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        receive(conn, take);
    if (!conn->closed && (events & EPOLLOUT))
        send_waiting(conn);
}

int net_timer(int epoll, double seconds) {
    long ns = (long)(seconds * 1e9);
    struct itimerspec every = {{ns / 1000000000, ns % 1000000000}, {ns / 1000000000, ns % 1000000000}};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0 || timerfd_settime(fd, 0, &every, NULL) < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("timer: %s", strerror(errno));
    return fd;
}
