/* What a client says to get in: in the line protocol, in that of IRC (RFC 2812), or in objects on a WebSocket. */
#ifndef TALK_H
#define TALK_H

#include "net.h"

enum { PAYLOAD = 64, NOWHERE = -1, PUBLIC = -2 };
enum protocol { PLAIN, IRC, WEB };
enum stage { CONNECTING, OUTSIDE, ENTERING, INSIDE };

struct client {
    struct conn conn; /* first: a connection's address is its client's */
    int room;         /* a number, PUBLIC, or NOWHERE to stay at the menu */
    enum stage stage;
};

extern enum protocol protocol; /* that is spoken; PLAIN unless it is set by speak() */
extern int opened, accepted, inside; /* clients that have connected, are served, and are where they want to be */

/* Sets the protocol by its name. */
void speak(const char *name);
/* Connects more of the clients, as many as the server can be expected to take now; their rooms are set. */
void knock(int epoll, int port, struct client *client, int clients);
/* Goes one step on with a line from the server. */
void step_in(struct client *client, const char *line, size_t size);
/* Writes what says a payload in the client's room, and where in it the payload is to be; its size. */
size_t saying(char *into, const struct client *client, size_t *payload_at);
/* How far from its end a line or frame has the payload that it brings. */
size_t payload_behind(void);
#endif
