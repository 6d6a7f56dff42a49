"""What Prometheus is told."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import generate_latest

from chatd.metrics import registry_of
from chatd.watchdog import Lag
from chatd.website import Website
from tests.behaviour.scene import PASSWORD, Stage
from tests.frontends.web.programs import Peer, frame

RULES = Path(__file__).resolve().parents[1] / "etc" / "chatd.rules.yml"


class MetricsTests(Stage):
    def setUp(self) -> None:
        self.start()
        self.lag = Lag()
        self.registry = registry_of(self.server.house, self.lag)

    def values(self) -> dict[str, float]:
        """What is told, by name and labels."""
        lines = generate_latest(self.registry).decode().split("\n")
        pairs = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}

    def told(self, *names: str) -> list[float]:
        values = self.values()
        return [values[f"chatd_{name}"] for name in names]

    def test_who_is_here(self) -> None:
        self.server.connect()
        self.server.connect().send("guest")
        self.server.connect().send("register alice", PASSWORD, PASSWORD)
        gone = self.server.connect()
        gone.lose()
        names = 'connections{frontend="line"}', 'sessions{frontend="line",kind="account"}'
        self.assertEqual(self.told(*names, 'sessions{frontend="line",kind="guest"}', "rooms"), [3, 1, 1, 1])

    def test_whoever_came_by_another_kind_of_listener(self) -> None:
        site = Website(self.server.house).site
        peers = [Peer(self.server, site) for _ in range(2)]
        for peer in peers:
            peer.begin()
        peers[0].ask("guest")
        names = 'connections{frontend="web"}', 'sessions{frontend="web",kind="guest"}', 'connections{frontend="line"}'
        received = len(frame(b'{"type":"guest"}'))
        self.assertEqual(self.told(*names, "users", 'received_bytes_total{frontend="web"}'), [2, 1, 0, 1, received])
        for peer in peers:
            peer.lose()
        self.assertEqual(self.told(*names), [0, 0, 0])

    def test_what_web_sockets_are_dropped_for(self) -> None:
        site = Website(self.server.house).site
        peer, slow = Peer(self.server, site), Peer(self.server, site)
        for each in (peer, slow):
            each.begin()
            each.ask("guest")
            each.ask("enter", room="public")
        slow.transport.reading = False
        for _ in range(200):
            peer.ask("say", text="x" * 4000)
            self.server.advance(1)
        self.assertEqual(self.told('dropped_connections_total{reason="too-slow"}', "queue_bytes"), [1, 0])

    def test_what_is_said_and_who_hears_it(self) -> None:
        names = "messages_total", "deliveries_total", "sent_bytes_total", 'received_bytes_total{frontend="line"}'
        people = [self.server.connect() for _ in range(3)]
        for person in people:
            person.send("guest", "public")
            self.server.advance(1)
        before = self.told(*names)
        for person in people:
            person.received()
        people[0].send("hello")
        heard = sum(len(person.received()) for person in people)
        change = [now - then for now, then in zip(self.told(*names), before, strict=True)]
        self.assertEqual(change, [1, 3, heard, len("hello\n")])

    def test_what_a_session_of_its_own_hears_counts_too(self) -> None:
        one, other = self.server.connect(), self.server.connect()
        for person in (one, other):
            person.send("guest", "public")
        before = self.told("messages_total", "deliveries_total", "sent_bytes_total")
        for person in (one, other):
            person.received()
        one.send("hello", "/rooms", "again")
        heard = sum(len(person.received()) for person in (one, other))
        after = self.told("messages_total", "deliveries_total", "sent_bytes_total")
        self.assertEqual([now - then for now, then in zip(after, before, strict=True)], [2, 4, heard])

    def test_what_came_of_logins(self) -> None:
        client = self.server.connect()
        client.send("register alice", PASSWORD, PASSWORD, "logout")
        client.send("login alice", "wrong", "login alice", PASSWORD)
        names = 'logins_total{result="ok"}', 'logins_total{result="wrong-password"}', "hashes_total", "hash_queue"
        self.assertEqual(self.told(*names), [1, 1, 3, 0])

    def test_whoever_does_not_read_waits_in_a_queue_and_is_dropped(self) -> None:
        slow, busy = self.server.connect(reading=False), self.server.connect()
        slow.send("guest", "public")
        busy.send("guest", "public")
        names = "queue_bytes", "queue_bytes_max", 'dropped_connections_total{reason="too-slow"}'
        self.assertEqual(self.told(*names), [0, 0, 0])
        while not self.told("queue_bytes")[0]:
            busy.send("x" * 4000)
            self.server.advance(1)
        self.assertEqual(self.told(*names)[:2], [slow.protocol.session.outlet.queued] * 2)
        while not slow.closed:
            busy.send("x" * 4000)
            self.server.advance(1)
        self.assertEqual(self.told(names[2]), [1])

    def test_who_stands_about_or_is_one_too_many_is_counted(self) -> None:
        limit = self.server.config.limits.connections_per_address
        clients = [self.server.connect() for _ in range(limit + 2)]
        self.server.advance(60)
        self.server.house.door.sweep()
        names = (f'dropped_connections_total{{reason="{reason}"}}' for reason in ("too-many-connections", "no-login"))
        self.assertEqual(self.told(*names), [2, limit])
        self.assertEqual(len(clients), limit + 2)

    def test_a_journal_that_cannot_be_written(self) -> None:
        names = 'alarm{alarm="journal"}', "journal_pending_entries", "journal_lag_seconds"
        self.assertEqual(self.told(*names), [0, 0, 0])
        self.server.house.alarms.set("journal", "no space left")
        self.server.house.record(False)
        self.assertEqual(self.told(*names)[:2], [1, 1])
        self.server.advance(0)
        self.assertEqual(self.told(*names), [1, 0, 0])

    def test_how_late_the_reactor_was(self) -> None:
        for late in (0.0, 0.004, 0.005, 0.2, 7.0):
            self.lag.note(late)
        buckets = [f'reactor_lag_seconds_bucket{{le="{bound}"}}' for bound in ("0.005", "0.1", "0.25", "2.5", "+Inf")]
        self.assertEqual(self.told(*buckets), [3, 3, 4, 4, 5])
        total, count = self.told("reactor_lag_seconds_sum", "reactor_lag_seconds_count")
        self.assertEqual((round(total, 3), count), (7.209, 5))

    def test_the_alerts_ask_for_nothing_that_is_not_told(self) -> None:
        rules = "\n".join(line for line in RULES.read_text().split("\n") if "expr:" in line)
        asked = set(re.findall(r"\b(?:chatd|process)_\w+", rules))
        told = {re.split(r"[{ ]", name)[0] for name in self.values()}
        self.assertGreater(len(asked), 5)
        self.assertEqual(asked - told, set())
