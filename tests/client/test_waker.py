"""A signal can be noticed by whoever sleeps until a descriptor can be read from."""

from __future__ import annotations

import os
import select
import signal

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.waker import Waker


class WakerTests(SynchronousTestCase):
    def setUp(self) -> None:
        before = signal.signal(signal.SIGUSR1, lambda number, frame: None)
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        self.waker = Waker()
        self.addCleanup(self.waker.close)

    def is_awake(self) -> bool:
        return bool(select.select([self.waker], [], [], 0)[0])

    def test_it_wakes_for_each_signal(self) -> None:
        for _ in range(3):
            self.assertFalse(self.is_awake())
            os.kill(os.getpid(), signal.SIGUSR1)
            self.assertTrue(self.is_awake())
            self.waker.doRead()

    def test_it_does_not_wait_where_none_has_come(self) -> None:
        self.waker.doRead()
        self.assertFalse(self.is_awake())
