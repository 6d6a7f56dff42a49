/* Members of the room public who read all that one speaker says there.
 *
 * readers PORT MEMBERS
 *
 * Enters, prints "inside", and reads until a number comes by its own input; when everybody has heard the message of that
 * number, it prints "heard". Each message begins with its number, in eight digits, counted from 1. One that is missing or
 * comes twice ends the program with an error, and so does a connection that ends.
 */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256, AT_THE_DOOR = 8, DIGITS = 8 };
#define SAID "\"user\":\"speaker\",\"text\":\""
#define INSIDE "\"you-entered\""
#define DOZE (SECOND / 1000)
#define GIVE_UP (30 * SECOND)

struct reader {
    struct conn conn; /* first: a connection's address is its reader's */
    int is_inside;
    long heard;
};

static int epoll, port, readers, opened, inside;
static long wanted;
static struct reader *reader;

static void hear(struct reader *r, const char *text) {
    char digits[DIGITS + 1] = {0};
    long number = atol(memcpy(digits, text, DIGITS));
    if (number != r->heard + 1)
        die("reader %d heard %ld after %ld", r->conn.index, number, r->heard);
    r->heard = number;
}

static void take(struct conn *conn, char *lines, char *end) {
    struct reader *r = (struct reader *)conn;
    while (lines < end) {
        char *stop = (char *)memchr(lines, '\n', (size_t)(end - lines)) + 1;
        size_t size = (size_t)(stop - lines);
        char *said = memmem(lines, size, SAID, strlen(SAID));
        if (said) {
            hear(r, said + strlen(SAID));
        } else if (!r->is_inside && memmem(lines, size, INSIDE, strlen(INSIDE))) {
            r->is_inside = 1;
            inside++;
        }
        lines = stop;
    }
}

static void asked(void) {
    char text[32] = {0};
    if (read(STDIN_FILENO, text, sizeof text - 1) <= 0)
        exit(0);
    wanted = atol(text);
}

static void turn(void) {
    struct epoll_event event[EVENTS];
    struct timespec doze = {0, DOZE};
    int n = epoll_wait(epoll, event, EVENTS, 100);
    for (int i = 0; i < n; i++) {
        struct conn *conn = event[i].data.ptr;
        if (!conn) {
            asked();
            continue;
        }
        net_event(conn, event[i].events, take);
        if (conn->closed)
            die("the connection of reader %d was ended after message %ld", conn->index, ((struct reader *)conn)->heard);
    }
    /* Woken for each of them, they would take the server's time; people who read are elsewhere. */
    if (n < EVENTS)
        nanosleep(&doze, NULL);
}

static void enter(void) {
    uint64_t start = now_ns();
    while (inside < readers) {
        for (; opened < readers && opened - inside < AT_THE_DOOR; opened++) {
            struct conn *conn = &reader[opened].conn;
            char line[64];
            net_connect(epoll, conn, opened, port);
            net_send(conn, line, (size_t)sprintf(line, "format json\nguest reader%d\npublic\n", opened));
        }
        turn();
        if (now_ns() - start > GIVE_UP)
            die("only %d of %d readers got in", inside, readers);
    }
}

int main(int argc, char **argv) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    uint64_t since = 0;
    int last = 0;
    if (argc != 3 || (readers = atoi(argv[2])) < 1)
        die("readers PORT MEMBERS");
    reader = calloc((size_t)readers, sizeof *reader);
    epoll = net_open();
    port = atoi(argv[1]);
    enter();
    puts("inside");
    fflush(stdout);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) < 0)
        die("the number of the last message has to come by a pipe");
    for (;;) {
        turn();
        if (!wanted)
            continue;
        since = since ? since : now_ns();
        while (last < readers && reader[last].heard >= wanted)
            last++;
        if (last == readers) {
            puts("heard");
            return 0;
        }
        if (now_ns() - since > GIVE_UP)
            die("reader %d has heard %ld of %ld messages", last, reader[last].heard, wanted);
    }
}
