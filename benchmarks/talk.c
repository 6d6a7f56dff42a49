#include "talk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More than wait to be accepted would be let wait for a second, by the kernel; some daemons register but once a second. */
enum { AT_THE_DOOR = 8, AT_ONCE = 512 };

int irc, opened, accepted, inside;

static int has(const char *line, size_t size, const char *word) {
    return memmem(line, size, word, strlen(word)) != NULL;
}

/* Different ones in each run, for those of the run before may not have left yet. */
static const char *name(const struct client *client) {
    static const char letter[] = "bcdfghjk";
    static char text[16];
    int run = getpid();
    snprintf(text, sizeof text, "u%c%c%05d", letter[run & 7], letter[run >> 3 & 7], client->conn.index);
    return text;
}

static void tell(struct client *client, const char *format, const char *what) {
    char line[128];
    net_send(&client->conn, line, (size_t)snprintf(line, sizeof line, format, what));
}

static const char *room(const struct client *client) {
    static char text[16];
    if (client->room == PUBLIC)
        return "public";
    snprintf(text, sizeof text, "r%04d", client->room);
    return text;
}

static void enter(struct client *client) {
    client->stage = ENTERING;
    tell(client, irc ? "JOIN #%s\r\n" : "enter %s\n", room(client));
}

static void introduce(struct client *client) {
    if (irc)
        tell(client, "PING %s\r\n", "x"); /* something that is answered by all, if only with an error */
    else
        tell(client, "guest %s\n", name(client));
}

static void register_with(struct client *client) {
    client->stage = OUTSIDE;
    accepted++;
    if (irc) {
        tell(client, "PASS secret\r\nNICK %s\r\n", name(client));
        tell(client, "USER u u u :%s\r\n", name(client));
    }
}

void knock(int epoll, int port, struct client *client, int clients) {
    while (opened < clients && opened - accepted < AT_THE_DOOR && opened - inside < AT_ONCE) {
        net_connect(epoll, &client[opened].conn, opened, port);
        introduce(client + opened++);
    }
}

static void arrive(struct client *client) {
    client->stage = INSIDE;
    inside++;
}

void step_in(struct client *client, const char *line, size_t size) {
    if (client->stage == CONNECTING)
        register_with(client);
    if (irc && size > 5 && !memcmp(line, "PING ", 5)) {
        net_send(&client->conn, "PONG ", 5);
        net_send(&client->conn, line + 5, size - 5);
    } else if (client->stage == OUTSIDE && has(line, size, irc ? " 001 " : "00 welcome, ")) {
        if (client->room == NOWHERE)
            arrive(client);
        else
            enter(client);
    } else if (client->stage == ENTERING && has(line, size, irc ? " 366 " : "-- you are in;"))
        arrive(client);
}

size_t saying(char *into, const struct client *client, size_t *payload_at) {
    *payload_at = irc ? (size_t)sprintf(into, "PRIVMSG #%s :", room(client)) : 0;
    memset(into + *payload_at, '.', PAYLOAD);
    strcpy(into + *payload_at + PAYLOAD, irc ? "\r\n" : "\n");
    return strlen(into);
}
