"""Makes docs/chatc.svg: a chatd and a few people in a terminal multiplexer, and what one of them sees.

Run from the root of the project, in an environment with the extra ``test``: ``python docs/picture.py``.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

import pyte

COLUMNS, ROWS = 100, 24
_CELL, _LINE = 8.4, 18
_COLOURS = {
    "default": "#d0d0d0", "black": "#1c1c1c", "red": "#d75f5f", "green": "#87d787", "brown": "#d7af5f",
    "blue": "#5f87d7", "magenta": "#d787d7", "cyan": "#5fafaf", "white": "#d0d0d0", "brightblack": "#808080",
    "brightred": "#ff8787", "brightgreen": "#afffaf", "brightbrown": "#ffd75f", "brightyellow": "#ffd75f",
    "brightblue": "#87afff", "brightmagenta": "#ffafff", "brightcyan": "#87ffff", "brightwhite": "#ffffff",
}  # fmt: skip

_TALK = [
    ("mei", "the probe answers again, 42 ms"),
    ("jo", "nice. who has the logs of last night?"),
    ("mei", "alice has, I think"),
    ("jo", "alice: could you give them to the room?"),
]


def main() -> None:
    """Draw it."""
    with tempfile.TemporaryDirectory() as folder:
        text = _screen(Path(folder))
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(screen).feed(text.rstrip("\n").replace("\n", "\r\n"))
    Path("docs/chatc.svg").write_text(_svg(screen))


def _screen(folder: Path) -> str:
    port = "9755"
    python = shlex.quote(sys.executable)
    client = f"{python} -c 'from chatd.client.main import main; raise SystemExit(main())'"
    environment = os.environ | {"XDG_CONFIG_HOME": str(folder), "PYTHONPATH": os.getcwd(), "COLORFGBG": "15;0"}
    twistd = [str(Path(sys.executable).with_name("twistd")), "-n", "--pidfile=", "--logfile", str(folder / "log")]
    line = f"tcp:{port}:interface=127.0.0.1"
    server = subprocess.Popen([*twistd, "chatd", "--data", str(folder / "data"), "--line", line], env=environment)
    tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
    try:
        time.sleep(3)
        _say(port, "register alice", "correct horse", "correct horse", "create ops", "create lab", "quit")
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        start = f"CHATC_PASSWORD='correct horse' {client} --user alice --room ops 127.0.0.1:{port}"
        subprocess.run([*tmux, "new-session", "-d", *size, start], env=environment, check=True)
        time.sleep(3)
        subprocess.run([*tmux, "send-keys", "/enter lab", "Enter"], check=True)
        time.sleep(1)
        people = [_come(port, name) for name in ("mei", "jo")]
        for name, text in _TALK:
            _tell(people[("mei", "jo").index(name)], text)
        _tell(people[0], "/away tea", "/focus ops", "alice, the door is open", "/msg alice good morning!")
        subprocess.run([*tmux, "send-keys", "-l", "here they come, one moment"], check=True)
        time.sleep(1)
        return subprocess.run([*tmux, "capture-pane", "-e", "-p"], capture_output=True, text=True, check=True).stdout
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        server.terminate()
        server.wait()


def _say(port: str, *lines: str) -> None:
    text = "".join(f"{line}\n" for line in lines)
    subprocess.run(["nc", "-N", "127.0.0.1", port], input=text, text=True, stdout=subprocess.DEVNULL, check=True)


def _come(port: str, name: str) -> subprocess.Popen[str]:
    person = subprocess.Popen(["nc", "127.0.0.1", port], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    _tell(person, f"guest {name}", "enter ops", "/enter lab")
    return person


def _tell(person: subprocess.Popen[str], *lines: str) -> None:
    assert person.stdin is not None
    for line in lines:
        person.stdin.write(f"{line}\n")
        person.stdin.flush()
        time.sleep(0.3)


def _svg(screen: pyte.Screen) -> str:
    width, height = COLUMNS * _CELL + 20, ROWS * _LINE + 20
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
            'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">'
        ),
        "<title>chatc, the full screen client of chatd</title>",
        f'<rect width="{width:.0f}" height="{height}" rx="8" fill="{_COLOURS["black"]}"/>',
    ]
    for row in range(ROWS):
        parts += _row(screen, row)
    x, y = 10 + screen.cursor.x * _CELL, 10 + screen.cursor.y * _LINE
    parts.append(f'<rect x="{x:.1f}" y="{y}" width="{_CELL}" height="{_LINE}" fill="#d0d0d0" opacity="0.6"/>')
    return "\n".join([*parts, "</svg>\n"])


def _row(screen: pyte.Screen, row: int) -> list[str]:
    parts, y, column = [], 10 + row * _LINE, 0
    cells = [screen.buffer[row][number] for number in range(COLUMNS)]
    while column < COLUMNS:
        look = cells[column][1:]
        end = next((at for at in range(column, COLUMNS) if cells[at][1:] != look), COLUMNS)
        text = "".join(cell.data for cell in cells[column:end])
        first = cells[column]
        fore, back = (first.bg, first.fg) if first.reverse else (first.fg, first.bg)
        x, width = 10 + column * _CELL, (end - column) * _CELL
        if back != "default" or first.reverse:
            fill = _COLOURS.get(back, "#d0d0d0")
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_LINE}" fill="{fill}"/>')
        if text.strip():
            colour = _COLOURS["black"] if first.reverse and fore == "default" else _COLOURS.get(fore, "#d0d0d0")
            weight = ' font-weight="bold"' if first.bold else ""
            parts.append(
                f'<text x="{x:.1f}" y="{y + 13}" fill="{colour}"{weight} textLength="{width:.1f}" '
                f'xml:space="preserve">{escape(text)}</text>'
            )
        column = end
    return parts


if __name__ == "__main__":
    main()
