/* Many connections of one program: sockets, TLS where wanted, whole lines or frames in, bytes out, and the time. */
#ifndef NET_H
#define NET_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND UINT64_C(1000000000) /* in nanoseconds */
enum { RECEIVE = 1 << 18 };         /* bytes that one read takes at most */

struct conn {
    int fd, epoll;
    int index;
    int closed;
    SSL *ssl;                /* NULL for a plain connection */
    char *tail;              /* a line or frame whose end has not come yet */
    size_t tail_size, tail_room;
    char *out;               /* what the socket would not take yet */
    size_t out_size, out_sent, out_room;
};

/* Called with all that has come, up to the end of its last line or frame; must not keep it. */
typedef void received(struct conn *conn, char *lines, char *end);

_Noreturn void die(const char *format, ...);
uint64_t now_ns(void);
double used_cpu(void);       /* seconds of processor time, of this process */
void use_tls(void);          /* every connection from here on; nothing is verified */
void use_frames(void);       /* what comes on all of them is an answer of HTTP, and then frames of a WebSocket */
char *net_next(char *data, char *end); /* behind the first whole line or frame of what has come; NULL for none */
int net_open(void);          /* the epoll descriptor */
void net_connect(int epoll, struct conn *conn, int index, int port);
void net_send(struct conn *conn, const char *data, size_t size);
void net_event(struct conn *conn, uint32_t events, received *take);
void net_move(struct conn *conn, int epoll);
void net_close(struct conn *conn);
int net_timer(int epoll, double seconds); /* its epoll data is NULL */
#endif
