/* The load of the benchmark: clients in rooms, a few of which keep messages under way; every line that comes is checked.
 *
 * load line|irc|web PORT TLS ROOMS MEMBERS SPEAKERS WARMUP SECONDS RATE WINDOW...
 *
 * Each room has SPEAKERS speakers, which keep WINDOW messages under way together: each has a listener elsewhere in its
 * room, and says its next message when that has got the former. With a RATE above 0, RATE messages a second are said
 * instead, whoever has got what. For each WINDOW, "measuring" is printed when the warm-up of WARMUP seconds is over,
 * "measured" at the end of the SECONDS that are measured, and then JSON.
 *
 * A payload is ~, the number of its speaker and that of the message in hexadecimal, and dots.
 */
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, REMEMBERED = 1 << 12, STEPS = 64, BUCKETS = 64 * STEPS, LINE = 160 };
#define DOZE (SECOND / 5000)
#define QUIET (SECOND / 3)
#define PATIENCE (10 * SECOND)
#define GIVE_UP (120 * SECOND)

struct speaker {
    struct client *client;
    char line[LINE];
    size_t size, payload_at;
    uint32_t said, owed;
    uint64_t *said_at; /* of its last messages, where RATE is above 0 */
};

static struct {
    uint64_t messages, deliveries, bytes, other, lost, wrong, gone;
} count, before, after;

static int crowd, ears, port, rooms, members, speakers_each, clients, speakers;
static int armed, saying_on;
static double rate;
static struct client *client;
static struct speaker *speaker;
static uint32_t *expected;      /* [member][speaker of its room]: the next message it has to get */
static int *listens;            /* [client]: the speaker that waits for it, or -1 */
static uint64_t last_received, buckets[BUCKETS], slowest;
static uint8_t digit[256];

static double seconds_between(uint64_t from, uint64_t to) { return (double)(to - from) * 1e-9; }

/* Log-linear: 64 buckets for each power of two, so that a bucket is at most 1/64 wide. */
static unsigned bucket(uint64_t ns) {
    unsigned high = ns < STEPS ? 0 : (unsigned)(63 - __builtin_clzll(ns)) - 5;
    unsigned b = high ? high * STEPS + (unsigned)((ns >> (high - 1)) - STEPS) : (unsigned)ns;
    return b < BUCKETS ? b : BUCKETS - 1;
}

static uint64_t bucket_top(unsigned b) {
    unsigned high = b / STEPS;
    return high ? (uint64_t)(STEPS + b % STEPS + 1) << (high - 1) : b;
}

static double quantile_us(double q) {
    uint64_t all = 0, seen = 0;
    for (unsigned b = 0; b < BUCKETS; b++)
        all += buckets[b];
    for (unsigned b = 0; b < BUCKETS; b++)
        if (seen += buckets[b], all && (double)seen >= q * (double)all)
            return (double)bucket_top(b) / 1e3;
    return 0;
}

static void say(struct speaker *s, uint32_t times) {
    static char batch[1 << 16];
    size_t size = 0;
    uint64_t now = rate > 0 ? now_ns() : 0;
    for (; times; times--) {
        char *payload = s->line + s->payload_at;
        for (int i = 0; i < 8; i++)
            payload[5 + i] = "0123456789abcdef"[s->said >> (28 - 4 * i) & 15];
        if (rate > 0)
            s->said_at[s->said % REMEMBERED] = now;
        s->said++;
        count.messages++;
        memcpy(batch + size, s->line, s->size);
        size += s->size;
        if (size > sizeof batch - LINE || times == 1) {
            net_send(&s->client->conn, batch, size);
            size = 0;
        }
    }
}

static uint32_t number(const char *text, int digits) {
    uint32_t n = 0;
    while (digits--)
        n = n << 4 | digit[(unsigned char)*text++];
    return n;
}

static void remember(const struct speaker *s, uint32_t which, uint64_t now) {
    uint64_t late = now - s->said_at[which % REMEMBERED];
    buckets[bucket(late)]++;
    if (late > slowest)
        slowest = late;
}

static void heard(struct client *c, const char *payload, uint64_t now) {
    int who = (int)number(payload + 1, 4), first = c->conn.index / members * speakers_each;
    uint32_t which = number(payload + 5, 8), *next;
    if (who < first || who >= first + speakers_each) {
        count.wrong++;
        return;
    }
    next = expected + c->conn.index * speakers_each + who - first;
    if (which != *next)
        count.wrong++;
    *next = which + 1;
    count.deliveries++;
    if (now)
        remember(speaker + who, which, now);
    if (listens[c->conn.index] == who)
        speaker[who].owed++;
}

static void other(struct client *c, const char *line, size_t size) {
    count.other++;
    step_in(c, line, size);
}

static void take(struct conn *conn, char *lines, char *end) {
    struct client *c = (struct client *)conn;
    uint64_t now = rate > 0 && armed ? now_ns() : 0;
    size_t behind = payload_behind();
    count.bytes += (uint64_t)(end - lines);
    while (lines < end) {
        char *stop = net_next(lines, end);
        size_t size = (size_t)(stop - lines);
        if (armed && size > behind && stop[-(int)behind] == '~')
            heard(c, stop - behind, now);
        else
            other(c, lines, size);
        lines = stop;
    }
    if (listens[conn->index] >= 0) {
        struct speaker *s = speaker + listens[conn->index];
        if (s->owed && saying_on && !(rate > 0))
            say(s, s->owed);
        s->owed = 0;
    }
}

/* Takes what comes within the time; the periods of the timer that are over. */
static uint64_t wait_for(int epoll, uint64_t ns, int timer) {
    struct epoll_event event[EVENTS];
    struct timespec time = {(time_t)(ns / SECOND), (long)(ns % SECOND)};
    uint64_t over = 0;
    int n = epoll_pwait2(epoll, event, EVENTS, &time, NULL);
    for (int i = 0; i < n; i++) {
        struct conn *conn = event[i].data.ptr;
        if (!conn) {
            if (read(timer, &over, sizeof over) != sizeof over)
                over = 0;
            continue;
        }
        net_event(conn, event[i].events, take);
        if (conn->closed)
            count.gone++;
    }
    if (n > 0)
        last_received = now_ns();
    return over;
}

/* Who listens for a speaker is heard at once, the others when that is done, and every DOZE. A process that is woken for
 * each of them has the server spend more time on waking it than on sending; clients elsewhere cost it nothing. */
static void turn(void) {
    wait_for(ears, DOZE, -1);
    wait_for(crowd, 0, -1);
}

static void let_all_in(void) {
    uint64_t start = now_ns();
    for (int i = 0; i < clients; i++)
        client[i].room = rooms == 1 ? PUBLIC : i / members;
    while (inside < clients) {
        knock(crowd, port, client, clients);
        wait_for(crowd, SECOND / 10, -1);
        if (count.gone)
            die("the server ended %d connections while %d of %d clients were in", (int)count.gone, inside, clients);
        if (now_ns() - start > GIVE_UP)
            die("only %d of %d clients got in", inside, clients);
    }
    while (now_ns() - last_received < QUIET && now_ns() - start < GIVE_UP)
        wait_for(crowd, SECOND / 10, -1);
}

static void cast(void) {
    for (int i = 0; i < speakers; i++) {
        int room = i / speakers_each, which = i % speakers_each;
        int place = which * members / speakers_each, ear = (place + 1 + members / speakers_each / 2) % members;
        struct speaker *s = speaker + i;
        char head[16];
        s->client = client + room * members + place;
        s->size = saying(s->line, s->client, &s->payload_at);
        snprintf(head, sizeof head, "~%04x", (unsigned)i & 0xffff);
        memcpy(s->line + s->payload_at, head, 5);
        s->said_at = rate > 0 ? calloc(REMEMBERED, sizeof *s->said_at) : NULL;
        listens[room * members + ear] = i;
        if (!(rate > 0))
            net_move(&client[room * members + ear].conn, ears);
    }
}

static void begin(int window) {
    int active = window < speakers_each ? window : speakers_each;
    saying_on = 1;
    for (int i = 0; i < speakers; i++) {
        int which = i % speakers_each;
        speaker[i].owed = 0;
        if (which < active)
            say(speaker + i, (uint32_t)((window + active - 1 - which) / active));
    }
}

static void run_until(uint64_t end, int timer) {
    static int next;
    while (now_ns() < end && !count.gone)
        if (timer < 0)
            turn();
        else
            for (uint64_t n = wait_for(crowd, SECOND / 10, timer); n; n--)
                say(speaker + next++ % speakers, 1);
}

static uint64_t missing(void) {
    uint64_t missed = 0;
    for (int i = 0; i < clients; i++)
        for (int j = 0; j < speakers_each; j++) {
            struct speaker *s = speaker + i / members * speakers_each + j;
            if (protocol == IRC && s->client == client + i)
                continue;
            missed += s->said - expected[i * speakers_each + j];
        }
    return missed;
}

static void report(double seconds, double cpu) {
    printf("{\"messages\": %lu, \"deliveries\": %lu, \"bytes\": %lu, \"other_lines\": %lu, \"seconds\": %.6f, "
           "\"per_second\": %.1f, \"load_cpu\": %.6f, \"lost\": %lu, \"out_of_order\": %lu, \"disconnected\": %lu, "
           "\"latency_us\": {\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}}\n",
           after.messages - before.messages, after.deliveries - before.deliveries, after.bytes - before.bytes,
           after.other - before.other, seconds, (double)(after.deliveries - before.deliveries) / seconds, cpu,
           count.lost, count.wrong, count.gone, quantile_us(0.5), quantile_us(0.99), (double)slowest / 1e3);
    fflush(stdout);
}

static void measure(double warmup, double seconds, int window) {
    uint64_t start, end;
    double cpu;
    int timer = rate > 0 ? net_timer(crowd, 1 / rate) : -1;
    if (!(rate > 0))
        begin(window);
    run_until(now_ns() + (uint64_t)(warmup * 1e9), timer);
    memset(buckets, 0, sizeof buckets);
    slowest = 0;
    puts("measuring");
    fflush(stdout);
    before = count;
    cpu = used_cpu();
    start = now_ns();
    run_until(start + (uint64_t)(seconds * 1e9), timer);
    end = now_ns();
    cpu = used_cpu() - cpu;
    after = count;
    puts("measured");
    fflush(stdout);
    saying_on = 0;
    if (timer >= 0)
        close(timer);
    while (!count.gone && missing() && now_ns() - end < PATIENCE)
        turn();
    count.lost = missing();
    report(seconds_between(start, end), cpu);
}

int main(int argc, char **argv) {
    if (argc < 11)
        die("load line|irc|web PORT TLS ROOMS MEMBERS SPEAKERS WARMUP SECONDS RATE WINDOW...");
    speak(argv[1]);
    port = atoi(argv[2]);
    if (atoi(argv[3]))
        use_tls();
    rooms = atoi(argv[4]);
    members = atoi(argv[5]);
    speakers_each = atoi(argv[6]);
    rate = atof(argv[9]);
    clients = rooms * members;
    speakers = rooms * speakers_each;
    if (rooms < 1 || speakers_each < 1 || members < 2 * speakers_each || speakers > 0xffff)
        die("at least one room, a speaker in it, and as many who listen");
    client = calloc((size_t)clients, sizeof *client);
    speaker = calloc((size_t)speakers, sizeof *speaker);
    expected = calloc((size_t)clients * (size_t)speakers_each, sizeof *expected);
    listens = malloc((size_t)clients * sizeof *listens);
    memset(listens, -1, (size_t)clients * sizeof *listens);
    for (int i = 0; i < 16; i++)
        digit[(unsigned char)"0123456789abcdef"[i]] = (uint8_t)i;
    crowd = net_open();
    ears = net_open();
    let_all_in();
    cast();
    armed = 1;
    for (int i = 10; i < argc; i++)
        measure(atof(argv[7]), atof(argv[8]), atoi(argv[i]));
    return 0;
}
