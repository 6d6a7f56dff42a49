"""Makes docs/page.png: a chatd and a few people, and what one of them sees in a browser and on a phone.

Run from the root of the project, in an environment with the extra ``test``: ``python docs/picture_of_page.py [FILE]``.
"""

from __future__ import annotations

import base64
import sys

sys.path.insert(0, ".")

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import PHONE, WEB, Person, browser, expect, web_port
from tests.end_to_end.tools import Connection, guest

_TALK = [
    ("mei", "the probe answers again, 42 ms: https://example.org/graphs/probe"),
    ("jo", "nice. who has the logs of last night?"),
    ("mei", "alice has, I think"),
    ("mei", "/me gets some tea"),
    ("jo", "alice: could you give them to the room?"),
]
_CODE = "def probe(host):\n    with connect(host) as line:\n        line.send(b'ping')\n        return line.wait(2.0)"

# Both pictures, side by side, as one.
_FRAME = """<body style="margin: 0; display: flex; gap: 28px; padding: 28px; width: max-content; background: #d9dde3">
<img src="data:image/png;base64,{}" width="1280" height="800" style="border-radius: 10px">
<img src="data:image/png;base64,{}" width="370" height="800" style="border-radius: 22px">"""


def main(file: str = "docs/page.png") -> None:
    """Take them, and write them to ``file``."""
    case = SynchronousTestCase()
    with server.running(*WEB) as daemon:
        try:
            pictures = _pictures(case, daemon)
        finally:
            case.doCleanups()
    page = browser().new_page(viewport={"width": 1734, "height": 856})
    page.set_content(_FRAME.format(*(base64.b64encode(picture).decode() for picture in pictures)))
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    page.screenshot(path=file)


def _pictures(case: SynchronousTestCase, daemon: server.Daemon) -> tuple[bytes, bytes]:
    port = web_port(daemon)
    alice = Person(case, port, viewport={"width": 1280, "height": 800}).register("alice")
    alice.make("ops").make("lab").say("/topic measurements of the week")
    people = {name: guest(Connection(case, daemon.port), name, "lab") for name in ("mei", "jo")}
    for name, text in _TALK:
        people[name].answer(text, text.rpartition("/me ")[2])
    alice.say("here they come, one moment").say(_CODE)
    log = b"probe 42 ms\n" * 4000
    alice.page.locator("#file").set_input_files({"name": "probe.log", "mimeType": "text/plain", "buffer": log})
    alice.see(".given", "probe.log")
    people["mei"].answer("/away tea", "away")
    people["mei"].answer("/enter ops", "you are in")
    people["mei"].answer("alice, the door is open", "the door is open")
    people["mei"].answer("/msg alice good morning!", "good morning!")
    people["jo"].answer("/chat alice", "is asked")
    expect(alice.page.locator(".badge")).to_have_count(2)
    alice.see(".ask")
    phone = Person(case, port, "#lab", color_scheme="dark", **PHONE | {"device_scale_factor": 1}).guest("ana", "lab")
    phone.see(".given", "probe.log")
    return alice.page.screenshot(), phone.page.screenshot()


if __name__ == "__main__":
    main(*sys.argv[1:])
