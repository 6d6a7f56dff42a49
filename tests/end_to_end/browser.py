"""People at a browser: Chromium without a window, one for the whole run, and a profile of its own for each person."""

from __future__ import annotations

import atexit
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, Playwright, expect, sync_playwright
from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import PASSWORD, requires

WEB = ("--web", "tcp:0:interface=127.0.0.1")
"""The option that has a server speak to browsers."""

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True,
}  # fmt: skip

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# What Chromium itself says of a server that is not there.
_UNREACHABLE = ("ERR_CONNECTION_REFUSED", "WebSocket connection to", "ERR_SOCKET_NOT_CONNECTED")

_running: list[tuple[Playwright, Browser]] = []

expect.set_options(timeout=DEADLINE * 1000)


def browser() -> Browser:
    """The browser of this run; it is started when the first test wants it."""
    if not _running:
        path = requires("chromium")
        playwright = sync_playwright().start()
        _running.append((playwright, playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)))
    return _running[-1][1]


def finish() -> None:
    """End it."""
    while _running:
        playwright, chromium = _running.pop()
        chromium.close()
        playwright.stop()


atexit.register(finish)


def web_port(daemon: server.Daemon) -> int:
    """Where ``daemon`` speaks to browsers."""
    for line in daemon.log.so_far().splitlines():
        if "web: tcp" in line:
            return int(line.rpartition(":")[2])
    return int(daemon.log.line("web: tcp").rpartition(":")[2])


class Person:
    """Somebody with a browser of her own. What the browser complains of is a failure of the test.

    :param port: of the server
    :param place: what stands behind the address of the page, such as ``#lab``
    :param script: run before those of the page
    :param how: what a context of Playwright's may be told
    """

    def __init__(self, test: SynchronousTestCase, port: int, place: str = "", script: str = "", **how: Any) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.context = browser().new_context(locale="en-GB", timezone_id="UTC", **how)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE * 1000)
        self.page.add_init_script(script)
        self._complaints: list[str] = []
        self._tolerated: tuple[str, ...] = ()
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", f"{error}\n{error.stack}"))
        test.addCleanup(self._end, test)
        self.page.goto(self.address + place)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._complaints.append(text)

    def _end(self, test: SynchronousTestCase) -> None:
        self.context.close()
        complaints = [text for text in self._complaints if not any(word in text for word in self._tolerated)]
        test.assertEqual(complaints, [], "the browser complains")

    def tolerate(self, *words: str) -> None:
        """What Chromium writes with one of ``words`` in it is no defect of the page."""
        self._tolerated += words

    def tolerate_absence(self) -> None:
        """The server is going to be away."""
        self.tolerate(*_UNREACHABLE)

    # Finding

    def see(self, selector: str, text: str = "") -> Locator:
        """The one element that is there, and is seen, within the deadline."""
        found = self.page.locator(selector, has_text=text) if text else self.page.locator(selector)
        expect(found.first).to_be_visible()
        return found.first

    def button(self, name: str) -> Locator:
        """The button that is called so."""
        return self.page.get_by_role("button", name=name, exact=True)

    def messages(self) -> list[str]:
        """What is said in the conversation that is shown, from above."""
        return self.page.locator("#log .text, #log pre").all_inner_texts()

    # Doing

    def come(self, way: str, name: str, password: str = PASSWORD) -> None:
        """Sign in: ``Log in``, ``Make an account`` or ``As a guest``."""
        self.page.get_by_text(way, exact=True).first.click()
        self.page.locator("#sign-in-name").fill(name)
        for field in ("password", "again"):
            if self.page.locator(f"#sign-in-{field}").is_visible():
                self.page.locator(f"#sign-in-{field}").fill(password)
        self.page.locator("#sign-in-button").click()

    def register(self, name: str, room: str = "public") -> Person:
        """Make an account, and be in ``room``."""
        self.come("Make an account", name)
        return self.be_in(room)

    def guest(self, name: str, room: str = "public") -> Person:
        """Come without one, and be in ``room``."""
        self.come("As a guest", name)
        return self.be_in(room)

    def be_in(self, room: str) -> Person:
        """Wait until ``room`` is shown."""
        expect(self.page.locator("#title")).to_have_text(room)
        expect(self.page.locator("#text")).to_be_enabled()
        return self

    def make(self, room: str) -> Person:
        """Make a room, and be in it."""
        self.button("Make a room").click()
        self.page.get_by_role("dialog").get_by_label("Name").fill(room)
        self.page.keyboard.press("Enter")
        return self.be_in(room)

    def turn_to(self, room: str) -> Person:
        """Choose a room or a person in the list of conversations."""
        self.page.locator("#places .place", has_text=room).first.click()
        return self.be_in(room)

    def tab_to(self, text: str, key: str = "Tab") -> Person:
        """Go on by keyboard until what has the focus begins with ``text``."""
        for _ in range(40):
            self.page.keyboard.press(key)
            if self.page.evaluate("document.activeElement.textContent").startswith(text):
                return self
        raise AssertionError(f"nothing that begins with {text} is come to by {key}")

    def say(self, text: str) -> Person:
        """Type ``text``, and send it."""
        self.page.locator("#text").fill(text)
        self.page.keyboard.press("Enter")
        return self


def serious(person: Person) -> list[str]:
    """What axe-core finds on the page as it is now that keeps people out, seriously or altogether."""
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    person.page.evaluate(source)
    found = person.page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


__all__ = ["Error", "Person", "expect", "serious"]
