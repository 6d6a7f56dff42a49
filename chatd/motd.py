"""The message of the day, from the configuration or a file."""

from __future__ import annotations

from pathlib import Path

from chatd.chat.text import clean
from chatd.config import ConfigError, Server


def read_motd(server: Server) -> tuple[str, ...]:
    """Its lines, cleaned of what a terminal would obey; none where it is blank.

    :raises ConfigError: the file cannot be read
    """
    text = server.motd
    if server.motd_file:
        try:
            text = Path(server.motd_file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{server.motd_file}: the message of the day is not UTF-8") from None
        except OSError as error:
            raise ConfigError(f"{server.motd_file}: {error.strerror or error}") from None
    return tuple(clean(line) for line in text.rstrip("\n").split("\n")) if text.strip() else ()
