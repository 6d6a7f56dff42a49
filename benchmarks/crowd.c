/* A crowd of clients that log in and then do nothing: how fast they are let in, and what they cost while they are there.
 *
 * crowd line|irc PORT CLIENTS
 *
 * Logs the clients in, prints JSON, and keeps them there until it is ended.
 */
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { EVENTS = 256 };
#define GIVE_UP (120 * SECOND)
static int epoll, gone;

static void take(struct conn *conn, char *lines, char *end) {
    while (lines < end) {
        char *stop = (char *)memchr(lines, '\n', (size_t)(end - lines)) + 1;
        step_in((struct client *)conn, lines, (size_t)(stop - lines));
        lines = stop;
    }
}

static void turn(void) {
    struct epoll_event event[EVENTS];
    int n = epoll_wait(epoll, event, EVENTS, 100);
    for (int i = 0; i < n; i++) {
        struct conn *conn = event[i].data.ptr;
        net_event(conn, event[i].events, take);
        gone += conn->closed;
    }
}

int main(int argc, char **argv) {
    int clients = argc == 4 ? atoi(argv[3]) : 0, port = argc == 4 ? atoi(argv[2]) : 0;
    struct client *client = calloc((size_t)clients + 1, sizeof *client);
    uint64_t start = now_ns();
    if (clients < 1)
        die("crowd line|irc PORT CLIENTS");
    speak(argv[1]);
    epoll = net_open();
    for (int i = 0; i < clients; i++)
        client[i].room = NOWHERE;
    while (inside < clients && !gone && now_ns() - start < GIVE_UP) {
        knock(epoll, port, client, clients);
        turn();
    }
    if (inside < clients)
        die("%d of %d clients got in, and %d connections were ended", inside, clients, gone);
    printf("{\"clients\": %d, \"seconds\": %.6f}\n", clients, (double)(now_ns() - start) * 1e-9);
    fflush(stdout);
    while (!gone)
        turn();
    die("the server ended %d idle connections", gone);
}
