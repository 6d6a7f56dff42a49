"""Files given to a room and fetched from it at a browser, byte for byte."""

from __future__ import annotations

import base64
import subprocess
from hashlib import sha256
from pathlib import Path
from random import Random

from playwright.sync_api import FilePayload, Route
from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import WEB, Person, expect, web_port
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.test_files import printed
from tests.end_to_end.tools import Connection, enter, register, said

DATA = Random(7).randbytes(300_000)

DROP = """([text, name]) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    const area = document.getElementById("log");
    for (const kind of ["dragenter", "dragover", "drop"]) {
        area.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }
}"""


class FileTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)
        self.line, self.port = self.daemon.port, web_port(self.daemon)

    def fetched(self, person: Person, name: str) -> bytes:
        """What the browser keeps when ``name`` is fetched."""
        with person.page.expect_download() as download:
            person.see(".given", name).get_by_role("button", name=f"Fetch {name}").click()
        self.assertEqual(download.value.suggested_filename, name)
        path = Path(download.value.path())
        return path.read_bytes()

    def test_a_file_is_given_by_the_button_and_fetched_by_another(self) -> None:
        anna = Person(self, self.port).register("anna").make("files")
        ben = Person(self, self.port, "#files").guest("ben", "files")
        with anna.page.expect_file_chooser() as chooser:
            anna.button("Give a file to the room").click()
        chooser.value.set_files(FilePayload(name="data ü.bin", mimeType="", buffer=DATA))
        self.assertEqual(self.fetched(ben, "data ü.bin"), DATA)
        expect(anna.page.locator(".upload")).to_have_count(0)
        expect(ben.button("Give a file to the room")).to_be_disabled()
        ben.button("Files of this room").click()
        expect(ben.page.get_by_role("dialog")).to_contain_text("data ü.bin")

    def test_a_file_is_dropped_onto_the_page_and_fetched_by_netcat(self) -> None:
        carla = Person(self, self.port).register("carla").make("drops")
        dan = enter(register(Connection(self, self.line), "dan"), "drops")
        carla.page.evaluate(DROP, [base64.b64encode(DATA).decode(), "dropped.bin"])
        told = dan.line("dropped.bin")
        self.assertIn(sha256(DATA).hexdigest(), told)
        command = printed(dan.answer(f"/get {told.partition('/get ')[2].split()[0]}", "echo get "))
        here = Path(self.mktemp()).absolute()
        here.mkdir()
        subprocess.run(["sh", "-c", command], cwd=here, timeout=DEADLINE, check=True)
        self.assertEqual((here / "dropped.bin").read_bytes(), DATA)
        carla.see(".given", "dropped.bin")

    def test_a_file_of_netcat_is_fetched_at_the_browser(self) -> None:
        emma = Person(self, self.port).register("emma").make("lines")
        fred = enter(register(Connection(self, self.line), "fred"), "lines")
        ticket = fred.answer(f"/send notes.bin {len(DATA)}", "echo put").partition("echo put ")[2].split(";")[0]
        said("nc", "-N", "127.0.0.1", str(self.line), lines=f"put {ticket}\n".encode() + DATA)
        self.assertEqual(self.fetched(emma, "notes.bin"), DATA)

    def test_what_the_server_does_not_take_is_told_in_words(self) -> None:
        gina = Person(self, self.port).guest("gina")
        gina.say("/send big.bin 10")
        gina.see(".note.error", "Guests fetch files, but do not give any.")

    def test_a_file_under_way_is_seen_and_can_be_given_up(self) -> None:
        hans = Person(self, self.port).register("hans").make("slow")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        hans.page.route("**/files/**", hold)
        for name in ("first.bin", "second.bin"):
            with hans.page.expect_request("**/files/**"):
                hans.page.locator("#file").set_input_files(FilePayload(name=name, mimeType="", buffer=DATA))
            expect(hans.see(".upload", name).get_by_role("progressbar")).to_be_visible()
            if name == "first.bin":
                hans.button(f"Do not give {name}").click()
                expect(hans.page.locator(".upload")).to_have_count(0)
        held[-1].continue_()
        hans.see("#log .given", "second.bin")
        expect(hans.page.locator(".upload")).to_have_count(0)
        expect(hans.page.locator("#log .given")).to_have_count(1)
