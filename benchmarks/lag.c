/* How long others wait while some send nothing but line feeds.
 *
 * lag PORT room|menu RATE FLOODERS BYTES SECONDS
 *
 * One client says RATE lines a second in the public room, and gets them back. When it has done so for a second or two,
 * FLOODERS clients send BYTES line feeds each as fast as they are taken, in the room or at the menu, and then a line
 * that has an answer. Prints JSON: what the one waited for its lines before, and in the flood, which is over when all
 * have their answer, or after SECONDS. Without any FLOODERS "now" is printed in place of the flood, for others to begin
 * what they have to do, and it is over with SIGTERM.
 */
#include "talk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 64, MOST = 1 << 17, LINE = 160 };
#define GIVE_UP (30 * SECOND)

static struct client *client;
static int epoll, flooders, answered, gone, at_menu, flooding;
static char line[LINE];
static size_t line_size, payload_at;
static uint64_t said_at[MOST], waited[MOST];
static int said, heard;
static volatile sig_atomic_t stopped;

static void stop(int signal) {
    stopped = signal;
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void one_line(struct client *c, const char *text, size_t size) {
    const char *payload = text + size - PAYLOAD - 2;
    if (c == client && heard < said && payload > text && *payload == '~') {
        waited[heard] = now_ns() - said_at[heard];
        heard++;
    } else if (c != client && flooding && memmem(text, size, at_menu ? "you are in;" : "-- chatd runs", 11))
        answered++;
    else
        step_in(c, text, size);
}

static void take(struct conn *conn, char *lines, char *end) {
    while (lines < end) {
        char *stop = (char *)memchr(lines, '\n', (size_t)(end - lines)) + 1;
        one_line((struct client *)conn, lines, (size_t)(stop - lines));
        lines = stop;
    }
}

static void say(void) {
    if (said == MOST)
        die("too many lines");
    said_at[said++] = now_ns();
    net_send(&client->conn, line, line_size);
}

static void turn(int timer) {
    struct epoll_event event[EVENTS];
    int n = epoll_wait(epoll, event, EVENTS, 100);
    for (int i = 0; i < n; i++) {
        struct conn *conn = event[i].data.ptr;
        uint64_t times;
        if (!conn) {
            if (read(timer, &times, sizeof times) == sizeof times)
                while (times--)
                    say();
            continue;
        }
        net_event(conn, event[i].events, take);
        gone += conn->closed;
    }
}

static void flood(size_t bytes) {
    const char *last = at_menu ? "public\n" : "/version\n";
    char *feeds = malloc(bytes);
    memset(feeds, '\n', bytes);
    flooding = 1;
    for (int i = 1; i <= flooders; i++) {
        net_send(&client[i].conn, feeds, bytes);
        net_send(&client[i].conn, last, strlen(last));
    }
    free(feeds);
}

static void tell(const char *what, int from, int to, const char *end) {
    int n = to - from;
    qsort(waited + from, (size_t)n, sizeof *waited, by_size);
    printf("\"%s\": {\"lines\": %d, \"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}%s", what, n,
           n ? (double)waited[from + n / 2] / 1e3 : 0, n ? (double)waited[from + n * 99 / 100] / 1e3 : 0,
           n ? (double)waited[to - 1] / 1e3 : 0, end);
}

int main(int argc, char **argv) {
    uint64_t start = now_ns(), end;
    int timer, before;
    if (argc != 7)
        die("lag PORT room|menu RATE FLOODERS BYTES SECONDS");
    at_menu = !strcmp(argv[2], "menu");
    flooders = atoi(argv[4]);
    client = calloc((size_t)flooders + 1, sizeof *client);
    for (int i = 0; i <= flooders; i++)
        client[i].room = i && at_menu ? NOWHERE : PUBLIC;
    epoll = net_open();
    while (inside <= flooders && now_ns() - start < GIVE_UP) {
        knock(epoll, atoi(argv[1]), client, flooders + 1);
        turn(-1);
    }
    if (inside <= flooders)
        die("only %d of %d clients got in", inside, flooders + 1);
    line_size = saying(line, client, &payload_at);
    line[payload_at] = '~';
    timer = net_timer(epoll, 1 / atof(argv[3]));
    for (end = now_ns() + 2 * SECOND; now_ns() < end && !gone;)
        turn(timer);
    before = said;
    start = now_ns();
    if (flooders)
        flood(strtoul(argv[5], NULL, 10));
    else {
        signal(SIGTERM, stop);
        printf("now\n");
        fflush(stdout);
    }
    end = start + (uint64_t)(atof(argv[6]) * 1e9);
    while (now_ns() < end && (flooders ? answered < flooders : !stopped) && !gone)
        turn(timer);
    end = now_ns();
    close(timer);
    while (heard < said && now_ns() - end < GIVE_UP && !gone)
        turn(-1);
    if (gone || heard < said)
        die("%d connections were ended, and %d lines of %d came back", gone, heard, said);
    printf("{");
    tell("before", 0, before, ", ");
    tell("flood", before, said, ", ");
    printf("\"answered\": %d, \"flood_seconds\": %.3f}\n", answered, (double)(end - start) * 1e-9);
    return 0;
}
