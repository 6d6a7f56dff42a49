"""Many people doing random things at once: nobody is where he should not be, and everybody hears what he should."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.behaviour.scene import Stage
from tests.hazards.machine import ACCOUNTS, CROWD, ROOMS, ChatMachine


class StateMachineTests(Stage):
    def setUp(self) -> None:
        self.machine: Any = type("Machine", (ChatMachine,), {"stage": self})

    def test_whatever_people_do_at_once(self) -> None:
        few = settings(
            max_examples=40,
            stateful_step_count=100,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        )
        run_state_machine_as_test(self.machine, settings=few)

    def test_however_long_they_do_it(self) -> None:
        machine, random = self.machine(), Random(1)
        for _ in range(6000):
            _walk(machine, random)
            machine.everybody_is_where_he_should_be()
            machine.everybody_hears_everything_once_and_in_order()
            machine.the_server_answers()
        machine.teardown()


def _walk(machine: ChatMachine, random: Random) -> None:
    """One step; people come in and speak more often than rooms go."""
    who, room, coin = random.randrange(1000), random.choice(ROOMS), random.random() < 0.7
    people = machine.crowd.here()
    match random.randrange(30):
        case 0 | 1 if len(people) < CROWD:
            machine.come(name=random.choice(ACCOUNTS), guest=not coin)
        case 2 if len(people) > CROWD // 2:
            machine.go(who=who, how=random.choice(["lose", "break", "end", "quit"]))
        case 3 | 4:
            machine.create(who=who, room=room)
        case 5:
            machine.delete(who=who, room=room, again=coin)
        case 6 | 7 | 8 | 9 | 10 | 11:
            machine.enter(who=who, room=room)
        case 12 | 13 if any(person.asked for person in people):
            machine.answer(who=who, right=coin)
        case 14 if machine.threads.busy:
            machine.check()
        case 15 | 16:
            machine.leave(who=who)
        case 17:
            machine.leave_all(who=who)
        case 18 | 19:
            machine.kick(who=who, whom=random.randrange(1000))
        case 20:
            machine.set_topic(who=who)
        case 21 | 22:
            machine.set_access(who=who, closed=coin)
        case 23 | 24:
            machine.wait(seconds=random.choice([0.5, 2.0, 3.0]))
        case _:
            machine.say(who=who, times=random.randrange(1, 4))
