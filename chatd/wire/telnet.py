"""Telnet commands (RFC 854, 855, 857) taken out of a stream of bytes, every option refused.

A command begins with the byte 255, which UTF-8 never has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

IAC = 0xFF
_SE, _IP, _EL, _SB = 0xF0, 0xF4, 0xF8, 0xFA
_WILL, _WONT, _DO, _DONT = 0xFB, 0xFC, 0xFD, 0xFE
# EOF, SUSP, ABORT, EOR (RFC 1184, 885) and all of RFC 854; what is below is no command, and stays for the UTF-8 check.
_LOWEST_COMMAND = 0xEC
_REFUSAL = {_DO: _WONT, _WILL: _DONT}
_STOP = re.compile(b"[\n\xff]")


class Filtered(NamedTuple):
    """What came of some bytes.

    :param data: the bytes without commands; at most one LF is in them, at the end
    :param reply: what the client has to be sent for its requests, never more bytes than were taken
    :param interrupt: the client interrupted (IP) or erased its line (EL): what came of the unfinished line before
        ``data`` is to be forgotten
    :param end: the place behind what was taken
    """

    data: bytes
    reply: bytes
    interrupt: bool
    end: int


class TelnetFilter:
    """Tells commands from text; remembers between calls where in a command it is, and nothing else.

    ``DO x`` is answered ``WONT x`` and ``WILL x`` ``DONT x``, each time: a telnet user's interrupt key sends IP and
    ``DO TIMING-MARK``, and shows nothing more until that is answered. Refusals are not answered: no loop begins.
    """

    __slots__ = ("_data", "_ended", "_interrupt", "_reply", "_state", "_verb")

    def __init__(self) -> None:
        self._state: Callable[[bytes | bytearray, int], int] = self._in_text
        self._verb = 0
        self._begin()

    def feed(self, data: bytes | bytearray, at: int = 0) -> Filtered:
        """Take ``data`` from ``at`` on, through the first LF of the text, or whole where there is none.

        It stops there because raw bytes may follow a line, in which 255 is no command. The stream may be cut anywhere.
        """
        self._begin()
        while at < len(data) and not self._ended:
            at = self._state(data, at)
        return Filtered(bytes(self._data), bytes(self._reply), self._interrupt, at)

    def _begin(self) -> None:
        self._data = bytearray()
        self._reply = bytearray()
        self._interrupt = False
        self._ended = False

    # Each state takes some of the data from one place on, and gives the place where the next state goes on.

    def _in_text(self, data: bytes | bytearray, at: int) -> int:
        if data[at] == IAC:
            self._state = self._in_command
            return at + 1
        stop = _STOP.search(data, at)
        end = stop.end() if stop else len(data)
        if stop and data[end - 1] == IAC:
            end -= 1
        else:
            self._ended = stop is not None
        self._data += data[at:end]
        return end

    def _in_command(self, data: bytes | bytearray, at: int) -> int:
        code = data[at]
        self._state = self._in_text
        if code == IAC:
            self._data.append(IAC)
        elif code >= _WILL:
            self._verb, self._state = code, self._in_option
        elif code == _SB:
            self._state = self._in_subnegotiation
        elif code in (_IP, _EL):
            self._data.clear()
            self._interrupt = True
        elif code < _LOWEST_COMMAND:
            self._data.append(IAC)
            return at
        return at + 1

    def _in_option(self, data: bytes | bytearray, at: int) -> int:
        self._state = self._in_text
        if self._verb in _REFUSAL:
            self._reply += bytes((IAC, _REFUSAL[self._verb], data[at]))
        return at + 1

    def _in_subnegotiation(self, data: bytes | bytearray, at: int) -> int:
        command = data.find(IAC, at)
        if command < 0:
            return len(data)
        self._state = self._at_subnegotiation_end
        return command + 1

    def _at_subnegotiation_end(self, data: bytes | bytearray, at: int) -> int:
        self._state = self._in_text if data[at] == _SE else self._in_subnegotiation
        return at + 1
