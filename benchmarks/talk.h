/* What a client says to get in, in the line protocol and in that of IRC (RFC 2812). */
#ifndef TALK_H
#define TALK_H

#include "net.h"

enum { PAYLOAD = 64, NOWHERE = -1, PUBLIC = -2 };
enum stage { CONNECTING, OUTSIDE, ENTERING, INSIDE };

struct client {
    struct conn conn; /* first: a connection's address is its client's */
    int room;         /* a number, PUBLIC, or NOWHERE to stay at the menu */
    enum stage stage;
};

extern int irc; /* whether it is IRC that is spoken */
extern int opened, accepted, inside; /* clients that have connected, are served, and are where they want to be */

/* Connects more of the clients, as many as the server can be expected to take now; their rooms are set. */
void knock(int epoll, int port, struct client *client, int clients);
/* Goes one step on with a line from the server. */
void step_in(struct client *client, const char *line, size_t size);
/* Writes what says a payload in the client's room, and where in it the payload is to be; its size. */
size_t saying(char *into, const struct client *client, size_t *payload_at);
#endif
