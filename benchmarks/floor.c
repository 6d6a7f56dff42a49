/* The floor of the benchmark: what fan-out costs when a server does nothing else. One thread; one send a member and turn.
 *
 * floor PORT
 *
 * It knows "guest NAME", "public" and "enter ROOM" of the line protocol; every further
 * line goes to the room as chatd words it, so that it is as many bytes. Lines are neither checked nor kept.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, LONGEST = 4096, RECEIVE = 1 << 16, MOST_ROOMS = 1024, MOST_MEMBERS = 1 << 15 };

struct bytes {
    char *data;
    size_t size, room;
};

struct room {
    char name[40];
    struct member **member;
    int members, spoke;
    struct bytes said;
};

struct member {
    int fd;
    char name[40];
    struct room *room;
    char line[LONGEST];      /* one whose end has not come yet */
    size_t line_size;
    struct bytes waiting;    /* what the socket would not take yet */
};

static int epoll;
static struct room rooms[MOST_ROOMS], *spoke[MOST_ROOMS];
static int spoken;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void append(struct bytes *bytes, const char *data, size_t size) {
    if (bytes->size + size > bytes->room) {
        bytes->room = 2 * (bytes->size + size);
        bytes->data = realloc(bytes->data, bytes->room);
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static void watch(struct member *m, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = m};
    if (epoll_ctl(epoll, how, m->fd, &event) < 0)
        die("epoll_ctl");
}

static void deliver(struct member *m, const char *data, size_t size) {
    ssize_t n = 0;
    if (!m->waiting.size) {
        n = send(m->fd, data, size, MSG_NOSIGNAL);
        if (n == (ssize_t)size)
            return;
        watch(m, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    if (n < 0)
        n = 0;
    append(&m->waiting, data + n, size - (size_t)n);
}

static void deliver_waiting(struct member *m) {
    ssize_t n = send(m->fd, m->waiting.data, m->waiting.size, MSG_NOSIGNAL);
    if (n <= 0)
        return;
    m->waiting.size -= (size_t)n;
    memmove(m->waiting.data, m->waiting.data + n, m->waiting.size);
    if (!m->waiting.size)
        watch(m, EPOLL_CTL_MOD, EPOLLIN);
}

static void answer(struct member *m, const char *format, const char *what) {
    char line[128];
    deliver(m, line, (size_t)snprintf(line, sizeof line, format, what));
}

static void enter(struct member *m, const char *name) {
    struct room *r = rooms;
    while (r->name[0] && strcmp(r->name, name))
        if (++r == rooms + MOST_ROOMS)
            die("too many rooms");
    if (!r->member)
        r->member = malloc(MOST_MEMBERS * sizeof *r->member);
    if (r->members == MOST_MEMBERS)
        die("too many members");
    memccpy(r->name, name, 0, sizeof r->name - 1);
    r->member[r->members++] = m;
    m->room = r;
    answer(m, "111 [%s] -- you are in; /help lists commands, \"Exit Chat\" leaves\r\n", name);
}

static void say(struct member *m, const char *text, size_t size) {
    struct room *r = m->room;
    append(&r->said, "111 [", 5);
    append(&r->said, r->name, strlen(r->name));
    append(&r->said, "] 12:01 ", 8);
    append(&r->said, m->name, strlen(m->name));
    append(&r->said, ": ", 2);
    append(&r->said, text, size);
    append(&r->said, "\r\n", 2);
    if (!r->spoke) {
        r->spoke = 1;
        spoke[spoken++] = r;
    }
}

static void obey(struct member *m, char *line, size_t size) {
    line[size] = 0;
    if (!strncmp(line, "guest ", 6)) {
        memccpy(m->name, line + 6, 0, sizeof m->name - 1);
        answer(m, "00 welcome, %s (guest)\r\n", m->name);
    } else
        enter(m, strncmp(line, "enter ", 6) ? line : line + 6);
}

static void leave(struct member *m) {
    if (m->room)
        for (int i = 0; i < m->room->members; i++)
            if (m->room->member[i] == m)
                m->room->member[i--] = m->room->member[--m->room->members];
    close(m->fd);
    free(m->waiting.data);
    free(m);
}

static void read_from(struct member *m) {
    static char data[RECEIVE + LONGEST];
    char *at = data, *end, *stop;
    ssize_t n;
    memcpy(data, m->line, m->line_size);
    n = recv(m->fd, data + m->line_size, RECEIVE, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        leave(m);
        return;
    }
    end = data + m->line_size + n;
    while ((stop = memchr(at, '\n', (size_t)(end - at)))) {
        if (m->room)
            say(m, at, (size_t)(stop - at));
        else
            obey(m, at, (size_t)(stop - at));
        at = stop + 1;
    }
    m->line_size = (size_t)(end - at) < LONGEST ? (size_t)(end - at) : 0;
    memcpy(m->line, at, m->line_size);
}

static void fan_out(void) {
    for (int i = 0; i < spoken; i++) {
        struct room *r = spoke[i];
        for (int j = 0; j < r->members; j++)
            deliver(r->member[j], r->said.data, r->said.size);
        r->said.size = 0;
        r->spoke = 0;
    }
    spoken = 0;
}

static void welcome(int port) {
    int yes = 1, fd = accept4(port, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct member *m;
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    m = calloc(1, sizeof *m);
    m->fd = fd;
    watch(m, EPOLL_CTL_ADD, EPOLLIN);
}

int main(int argc, char **argv) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0))};
    int port = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct epoll_event event[EVENTS] = {{.events = EPOLLIN, .data.ptr = NULL}};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    epoll = epoll_create1(0);
    if (bind(port, (struct sockaddr *)&here, sizeof here) < 0 || listen(port, 1024) < 0)
        die("listen");
    epoll_ctl(epoll, EPOLL_CTL_ADD, port, event);
    for (;;) {
        int n = epoll_wait(epoll, event, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct member *m = event[i].data.ptr;
            if (!m)
                welcome(port);
            else if (event[i].events & EPOLLIN)
                read_from(m);
            else if (event[i].events & EPOLLOUT)
                deliver_waiting(m);
            else
                leave(m);
        }
        fan_out();
    }
}
