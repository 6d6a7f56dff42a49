"""Medians, ratios and tables: what becomes of measurements."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.chart import GROUPS, draw
from benchmarks.fanout import compare
from benchmarks.files import NETCAT, RELAY
from benchmarks.report import DOCS, as_rst, as_text, put, write_docs
from benchmarks.work import Result, figure, middle, several, times, values
from benchmarks.workloads import WORKLOADS

SVG = "{http://www.w3.org/2000/svg}"


def measured(server: str, rate: float, cost: float, *, workload: str = "room200", window: int = 8) -> Result:
    """A measurement of fan-out."""
    figures = {"per_second": rate, "us_per_delivery": cost}
    return {"workload": workload, "server": server, "round": 0, "window": window, **figures}


FOUR = [
    measured("chatd", 900_000, 0.6),
    measured("ngircd", 300_000, 1.5),
    measured("inspircd", 600_000, 1.0),
    measured("floor", 2_000_000, 0.3),
]


class FigureTests(SynchronousTestCase):
    def test_the_median_of_rounds_ignores_an_outlier(self) -> None:
        rounds = [measured("chatd", rate, 1.0) for rate in (5.0, 100.0, 4.0)]
        self.assertEqual(middle(rounds, "per_second", server="chatd"), 5.0)

    def test_there_is_no_median_of_nothing(self) -> None:
        self.assertIsNone(middle(FOUR, "per_second", server="words"))

    def test_only_what_matches_counts(self) -> None:
        self.assertEqual(values(FOUR, "per_second", server="ngircd", window=8), [300_000])
        self.assertEqual(values(FOUR, "per_second", server="ngircd", window=1), [])
        self.assertEqual(values(FOUR, "bytes_each", server="ngircd"), [])

    def test_servers_are_told_once_in_the_order_they_came(self) -> None:
        self.assertEqual(several([*FOUR, *FOUR], "server"), ["chatd", "ngircd", "inspircd", "floor"])

    def test_chatd_is_compared_with_the_better_daemon_and_the_floor(self) -> None:
        rate, cost, floor = compare(FOUR, 8) or (0, 0, 0)
        self.assertAlmostEqual(rate, 1.5)
        self.assertAlmostEqual(cost, 0.6)
        self.assertAlmostEqual(floor, 2.0)

    def test_the_daemon_with_the_better_rate_need_not_have_the_better_cost(self) -> None:
        results = [measured("chatd", 10, 2.0), measured("ngircd", 20, 8.0), measured("inspircd", 5, 4.0)]
        self.assertEqual(compare(results, 8), (0.5, 0.5, 0))

    def test_without_a_daemon_there_is_nothing_to_compare_with(self) -> None:
        self.assertIsNone(compare([FOUR[0], FOUR[3]], 8))

    def test_figures_have_three_digits_that_matter(self) -> None:
        numbers = (1_234_567.0, 123.4, 12.345, 1.2345, 0.12345, 0.012345)
        self.assertEqual([figure(number) for number in numbers], ["1,234,567", "123", "12.3", "1.23", "0.123", "0.012"])

    def test_a_ratio_of_nothing_is_an_empty_cell(self) -> None:
        self.assertEqual([times(3.0, 2.0), times(None, 2.0), times(3.0, None)], ["1.50 ×", "", ""])


class TableTests(SynchronousTestCase):
    def test_a_row_of_each_server_and_one_of_ratios(self) -> None:
        table = WORKLOADS["room200"].table([*FOUR, measured("chatd", 1_100_000, 0.8)])
        self.assertEqual(
            [row[0] for row in table], ["", "chatd", "ngircd", "inspircd", "floor", "chatd by the better daemon"]
        )
        self.assertEqual(table[1][1], "1,000 k/s (900–1,100), 0.7 µs")
        self.assertEqual(table[-1][1], "1.67 × the rate, 0.70 × the µs; 2.3 × the floor's")

    def test_files_are_compared_with_the_relay(self) -> None:
        chat = {"p50": 500.0, "p99": 20_000.0, "max": 30_000.0}
        relay = {"workload": "files", "server": RELAY, "round": 0, "seconds": 1.0, "cpu": 0.3, "chat_us": chat}
        ours = {**relay, "server": NETCAT, "seconds": 2.0, "given": 0.5, "grown": 3 << 20}
        rows = WORKLOADS["files"].table([relay, ours])[1:]
        self.assertEqual(rows[0], ["the relay, nc", "100", "1.00 ×", "", "0.5", "20", "30", "0.3", ""])
        self.assertEqual(rows[1], ["chatd, nc", "50", "0.50 ×", "0.5", "0.5", "20", "30", "0.3", "3"])

    def test_on_a_terminal_columns_stand_below_each_other(self) -> None:
        self.assertEqual(as_text([["", "ms"], ["chatd", "1.5"]]), "         ms\n  chatd  1.5")

    def test_in_the_documentation_empty_cells_stay_cells(self) -> None:
        lines = as_rst([["", "ms"], ["chatd", "1.5"]]).splitlines()
        self.assertEqual(lines[-4:], ["   * -", "     - ms", "   * - chatd", "     - 1.5"])


class DocumentTests(SynchronousTestCase):
    def test_a_block_takes_the_place_of_the_former_one(self) -> None:
        text = "before\n\n.. figures a\n\nold\n\n.. end a\n\nafter\n"
        once = put(text, "a", r"new \1")
        self.assertEqual(once, "before\n\n.. figures a\n\nnew \\1\n\n.. end a\n\nafter\n")
        self.assertEqual(put(once, "a", r"new \1"), once)

    def test_a_page_without_the_place_is_told(self) -> None:
        self.assertRaises(ValueError, put, "nothing here\n", "a", "new")

    def test_the_page_has_a_place_for_every_workload(self) -> None:
        page = (DOCS / "performance.rst").read_text(encoding="utf-8")
        for name in ("machine", *WORKLOADS):
            self.assertIn("figures of this test", put(page, name, "figures of this test"))

    def test_what_was_not_measured_stays_as_it_was(self) -> None:
        docs = Path(self.mktemp())
        docs.mkdir()
        page = docs / "performance.rst"
        page.write_text(
            "".join(f".. figures {name}\n\nold {name}\n\n.. end {name}\n" for name in ("machine", *WORKLOADS))
        )
        write_docs({"python": "3.14"}, FOUR, docs)
        text = page.read_text(encoding="utf-8")
        self.assertIn("* python: 3.14", text)
        self.assertIn("900 k/s", text)
        self.assertNotIn("old room200", text)
        self.assertIn("old room1000", text)
        self.assertFalse((docs / "performance.svg").exists())


class ChartTests(SynchronousTestCase):
    def drawn(self, results: list[Result]) -> ElementTree.Element:
        return ElementTree.fromstring(draw(results))

    def test_it_is_well_formed_and_has_a_bar_for_each_server(self) -> None:
        drawing = self.drawn(FOUR)
        self.assertEqual(drawing.tag, f"{SVG}svg")
        texts = [text.text or "" for text in drawing.iter(f"{SVG}text")]
        self.assertEqual([text for text in texts if text.endswith("k/s")], ["900 k/s", "600 k/s", "300 k/s"])

    def test_bars_are_as_long_as_their_ratio(self) -> None:
        widths = [float(bar.get("width", "0")) for bar in self.drawn(FOUR).iter(f"{SVG}rect") if bar.get("x") == "190"]
        # The first rectangle there is the legend's.
        self.assertAlmostEqual(widths[1] / widths[2], 1.5, 2)
        self.assertAlmostEqual(widths[2] / widths[3], 2.0, 2)

    def test_nothing_lies_outside(self) -> None:
        results = [
            {**result, "workload": name, "window": window} for name in GROUPS for window in (1, 8) for result in FOUR
        ]
        drawing = self.drawn(results)
        _, _, width, height = map(float, (drawing.get("viewBox") or "").split())
        for bar in drawing.iter(f"{SVG}rect"):
            self.assertLessEqual(float(bar.get("x", "0")) + float(bar.get("width", "0")), width)
            self.assertLessEqual(float(bar.get("y", "0")) + float(bar.get("height", "0")), height)

    def test_without_figures_it_is_empty_but_well_formed(self) -> None:
        self.assertEqual(self.drawn([]).tag, f"{SVG}svg")
