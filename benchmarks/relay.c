/* What it costs to give a file to many when a server does nothing else: one sender, a copy to each receiver.
 *
 * relay PORT RECEIVERS
 *
 * The first RECEIVERS connections are written to, in turn, with all that comes from the next one, as with socat and
 * tee; it ends with it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

static char piece[PIECE];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void deliver(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0)
            die("send");
        data += sent;
        size -= (size_t)sent;
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int port, yes = 1, receivers = argc == 3 ? atoi(argv[2]) : 0, *fd = calloc((size_t)receivers + 1, sizeof *fd);
    ssize_t size;
    if (receivers < 1) {
        fprintf(stderr, "relay PORT RECEIVERS\n");
        return 2;
    }
    address.sin_port = htons((uint16_t)atoi(argv[1]));
    port = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(port, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(port, (struct sockaddr *)&address, sizeof address) < 0 || listen(port, receivers + 1) < 0)
        die("listen");
    printf("listening\n");
    fflush(stdout);
    for (int i = 0; i <= receivers; i++) {
        if ((fd[i] = accept(port, NULL, NULL)) < 0)
            die("accept");
        printf("connected\n");
        fflush(stdout);
    }
    while ((size = recv(fd[receivers], piece, PIECE, 0)) > 0)
        for (int i = 0; i < receivers; i++)
            deliver(fd[i], piece, (size_t)size);
    if (size < 0)
        die("recv");
    return 0;
}
