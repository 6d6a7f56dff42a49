"""The servers that are measured: how each is set up and started, with its own rules about floods off."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Failed, free_port, running, tail, wait_for_listener
from benchmarks.programs import program

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
MODULES = Path("/usr/lib/inspircd/modules")

NO_FLOOD_RULES = """\
[limits]
flood = false
connections_per_address = 0
"""

NGIRCD = """\
[Global]
Name = bench.local
Info = benchmark
Listen = 127.0.0.1
Password = secret
{ports}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
"""

NGIRCD_TLS = """\
[SSL]
Ports = {port}
CertFile = {directory}/cert.pem
KeyFile = {directory}/key.pem
"""

INSPIRCD = """\
<server name="bench.local" description="benchmark" network="benchmark">
<admin name="benchmark" nick="benchmark" email="nobody@bench.local">
<path configdir="{directory}" datadir="{directory}" logdir="{directory}" runtimedir="{directory}" moduledir="{modules}">
<bind address="127.0.0.1" port="{port}" type="clients"{tls}>
<connect allow="*" timeout="60" pingfreq="120" hardsendq="100M" softsendq="100M" recvq="10M" threshold="1000000"
         commandrate="1000000" fakelag="no" localmax="1000000" globalmax="1000000" maxconnwarn="no" limit="1000000"
         resolvehostnames="no" useident="no" maxchans="20">
<performance netbuffersize="10240" somaxconn="1024" softlimit="1000000" quietbursts="yes">
<files motd="{directory}/motd">
<pid file="{directory}/pid">
"""

INSPIRCD_TLS = """\
<module name="ssl_gnutls">
<sslprofile name="bench" provider="gnutls" certfile="{directory}/cert.pem" keyfile="{directory}/key.pem">
"""


@dataclass(frozen=True)
class Running:
    """A server that runs.

    :param port: of 127.0.0.1
    :param log: what it has printed
    """

    name: str
    protocol: str
    pid: int
    port: int
    log: Path


@dataclass(frozen=True)
class Setup:
    """What a server is started for.

    :param directory: is the server's alone; holds cert.pem and key.pem with ``tls``
    :param port: of 127.0.0.1, to listen on
    :param tls: whether with TLS
    :param rooms: how many rooms, r0000 and so on, are to be there besides the public one
    """

    directory: Path
    port: int
    tls: bool
    rooms: int


@dataclass(frozen=True)
class Server:
    """A server that can be run.

    :param protocol: ``line``, ``irc`` or ``web``
    :param command: writes what the server needs into its directory, and gives the command that starts it
    :param found: whether it can be run here
    :param tls: whether it can listen with TLS
    """

    name: str
    protocol: str
    command: Callable[[Setup], Sequence[str | Path]]
    found: Callable[[], bool]
    tls: bool = True

    @contextmanager
    def run(self, directory: Path, tls: bool = False, rooms: int = 0) -> Iterator[Running]:
        """The server, listening; it ends with the block.

        :param directory: for the server alone; made here
        :raises Failed: it does not start, or ends before the block
        """
        directory.mkdir()
        # A daemon that is started as root goes on as somebody else, and has to find its files all the same.
        directory.chmod(0o755)
        if tls:
            make_certificate(directory)
        setup = Setup(directory, free_port(), tls, rooms)
        log = directory / "output"
        with (
            log.open("w") as output,
            running(
                self.command(setup),
                environment={"PYTHONPATH": str(ROOT)},
                directory=directory,
                output=output,
                errors=subprocess.STDOUT,
            ) as process,
        ):
            wait_for_listener(process, setup.port, log)
            yield Running(self.name, self.protocol, process.pid, setup.port, log)
            if process.poll() is not None:
                raise Failed(f"{self.name} ended by itself:\n{tail(log)}")


def make_certificate(directory: Path) -> None:
    """Write a certificate and its key, self-signed, as cert.pem and key.pem.

    :raises Failed: there is no openssl
    """
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem"
    try:
        subprocess.run(command.split(), cwd=directory, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(f"TLS needs a certificate, and openssl cannot make one: {error}") from None


def _twistd(*arguments: str | Path) -> list[str | Path]:
    return [BIN / "twistd", "--nodaemon", "--pidfile=", *arguments]


def _chatd_default(setup: Setup) -> list[str | Path]:
    if setup.rooms:
        _write_rooms(setup.directory / "data", setup.rooms)
    where = f"{setup.port}:interface=127.0.0.1"
    endpoint = f"ssl:{where}:privateKey=key.pem:certKey=cert.pem" if setup.tls else f"tcp:{where}"
    return _twistd("chatd", "--data", "data", "--line", endpoint)


def _chatd(setup: Setup) -> list[str | Path]:
    (setup.directory / "chatd.toml").write_text(NO_FLOOD_RULES)
    return [*_chatd_default(setup), "--config", "chatd.toml"]


def _chatd_web(setup: Setup) -> list[str | Path]:
    (setup.directory / "chatd.toml").write_text(NO_FLOOD_RULES)
    where = f"tcp:{setup.port}:interface=127.0.0.1"
    return _twistd("chatd", "--data", "data", "--config", "chatd.toml", "--line", "unix:line.sock", "--web", where)


def _write_rooms(data: Path, rooms: int) -> None:
    """Rooms that are there already: guests make none."""
    data.mkdir(mode=0o700)
    header = "name,owner,topic,access,password,limit,hidden,invited,created"
    rows = [f"r{number:04},,,open,,0,no,,2026-01-01T00:00:00.000Z" for number in range(rooms)]
    (data / "rooms.csv").write_text("\n".join([header, *rows, ""]))


def _words(setup: Setup) -> list[str | Path]:
    (setup.directory / "port").write_text(str(setup.port))
    return _twistd("--python", Path(__file__).parent / "words.tac")


def _ngircd(setup: Setup) -> list[str | Path]:
    # There is no having TLS ports alone: without Ports it listens on 6667.
    text = NGIRCD.format(ports=f"Ports = {free_port() if setup.tls else setup.port}")
    if setup.tls:
        text += NGIRCD_TLS.format(port=setup.port, directory=setup.directory)
        (setup.directory / "key.pem").chmod(0o644)
    configuration = setup.directory / "ngircd.conf"
    configuration.write_text(text)
    return [executable("ngircd") or "ngircd", "--nodaemon", "--config", configuration]


def _inspircd(setup: Setup) -> list[str | Path]:
    tls = ' sslprofile="bench"' if setup.tls else ""
    text = INSPIRCD.format(directory=setup.directory, port=setup.port, modules=MODULES, tls=tls)
    if setup.tls:
        text += INSPIRCD_TLS.format(directory=setup.directory)
    configuration = setup.directory / "inspircd.conf"
    configuration.write_text(text)
    (setup.directory / "motd").write_text("benchmark\n")
    return [executable("inspircd") or "inspircd", "--nofork", "--runasroot", "--config", configuration]


def _floor(setup: Setup) -> list[str | Path]:
    return [program("floor"), str(setup.port)]


def executable(name: str) -> str | None:
    """Daemons are often where only root's search path leads."""
    return shutil.which(name) or shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin")


DAEMONS = ("ngircd", "inspircd")
"""Whom chatd is compared with."""

CHATD = Server("chatd", "line", _chatd, lambda: True)
CHATD_DEFAULT = Server("chatd", "line", _chatd_default, lambda: True)
"""chatd without its rules about floods, as it is measured; and as it comes."""

WEB = Server("web", "web", _chatd_web, lambda: True, tls=False)
"""chatd, spoken to by WebSocket."""

SERVERS = {
    server.name: server
    for server in (
        CHATD,
        Server("ngircd", "irc", _ngircd, lambda: executable("ngircd") is not None),
        Server("inspircd", "irc", _inspircd, lambda: executable("inspircd") is not None),
        Server("words", "irc", _words, lambda: True, tls=False),
        Server("floor", "line", _floor, lambda: True, tls=False),
        WEB,
    )
}
"""By name: chatd, the IRC daemons, ``twistd words``, and the C program that does nothing but fan out."""
