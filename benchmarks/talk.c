#include "talk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More than wait to be accepted would be let wait for a second, by the kernel; some daemons register but once a second. */
enum { AT_THE_DOOR = 8, AT_ONCE = 512 };

/* What is said, with %s for a name or a room, and what is answered. IRC is first told something that is answered by all,
 * if only with an error. Behind a payload comes what ends it. */
static const struct words {
    const char *name, *introduction, *enter, *say, *said, *welcome, *inside;
} WORDS[] = {
    [PLAIN] = {"line", "guest %s\n", "enter %s\n", "", "\n", "00 welcome, ", "-- you are in;"},
    [IRC] = {"irc", "PING x\r\n", "JOIN #%s\r\n", "PRIVMSG #%s :", "\r\n", " 001 ", " 366 "},
    [WEB] = {"web", "{\"type\":\"guest\",\"name\":\"%s\"}", "{\"type\":\"enter\",\"room\":\"%s\"}",
             "{\"type\":\"say\",\"room\":\"%s\",\"text\":\"", "\"}", "\"type\":\"welcome\"", "\"type\":\"you-entered\""},
};

static const char HANDSHAKE[] = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

enum protocol protocol;
int opened, accepted, inside;

void speak(const char *name) {
    for (protocol = PLAIN; strcmp(WORDS[protocol].name, name);)
        if (++protocol > WEB)
            die("nobody speaks %s", name);
    if (protocol == WEB)
        use_frames();
}

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

/* The head of a frame (RFC 6455, 5.2) that holds less than 126 bytes, masked with zeros, which change nothing. */
static size_t head(char *into, int opcode, size_t size) {
    const char bytes[] = {(char)(0x80 | opcode), (char)(0x80 | size), 0, 0, 0, 0};
    if (size > 125)
        die("a frame of %d bytes", (int)size);
    memcpy(into, bytes, sizeof bytes);
    return sizeof bytes;
}

static void tell(struct client *client, const char *format, const char *what) {
    char text[128], line[144];
    size_t size = (size_t)snprintf(text, sizeof text, format, what), at = protocol == WEB ? head(line, 1, size) : 0;
    memcpy(line + at, text, size);
    net_send(&client->conn, line, at + size);
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
    tell(client, WORDS[protocol].enter, room(client));
}

static void introduce(struct client *client) {
    if (protocol == WEB)
        net_send(&client->conn, HANDSHAKE, sizeof HANDSHAKE - 1);
    else
        tell(client, WORDS[protocol].introduction, name(client));
}

static void register_with(struct client *client) {
    client->stage = OUTSIDE;
    accepted++;
    if (protocol == WEB)
        tell(client, WORDS[protocol].introduction, name(client));
    if (protocol == IRC) {
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

/* Whether the server wants to know if the client is there; it is told so. */
static int is_ping(struct client *client, const char *line, size_t size) {
    char pong[6];
    if (protocol == IRC && size > 5 && !memcmp(line, "PING ", 5)) {
        net_send(&client->conn, "PONG ", 5);
        net_send(&client->conn, line + 5, size - 5);
        return 1;
    }
    if (protocol == WEB && line[0] == (char)0x89) {
        net_send(&client->conn, pong, head(pong, 10, 0));
        return 1;
    }
    return 0;
}

void step_in(struct client *client, const char *line, size_t size) {
    if (client->stage == CONNECTING)
        register_with(client);
    if (is_ping(client, line, size))
        return;
    if (client->stage == OUTSIDE && has(line, size, WORDS[protocol].welcome)) {
        if (client->room == NOWHERE)
            arrive(client);
        else
            enter(client);
    } else if (client->stage == ENTERING && has(line, size, WORDS[protocol].inside))
        arrive(client);
}

size_t saying(char *into, const struct client *client, size_t *payload_at) {
    char text[160];
    size_t at = (size_t)sprintf(text, WORDS[protocol].say, room(client)), frame = 0, size;
    memset(text + at, '.', PAYLOAD);
    strcpy(text + at + PAYLOAD, WORDS[protocol].said);
    size = strlen(text);
    if (protocol == WEB)
        frame = head(into, 1, size);
    memcpy(into + frame, text, size);
    *payload_at = frame + at;
    return frame + size;
}

size_t payload_behind(void) {
    return PAYLOAD + (protocol == WEB ? strlen("\",\"at\":\"2026-01-31T12:01:02.345Z\"}") : strlen("\r\n"));
}
