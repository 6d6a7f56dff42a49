"""Whether objects are as the schema of the WebSocket says."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from chatd.wire import schema


@cache
def _validator(definition: str) -> Draft202012Validator:
    document = schema.document()
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": document["$defs"]})


def faults(told: dict[str, Any], side: str = "server") -> list[str]:
    """What is wrong with ``told``, an object of the ``server`` or of the ``client``; empty where nothing is.

    A field that the schema does not know is wrong too, though it tells clients to pass over such ones.
    """
    mapping = schema.document()["$defs"][side]["discriminator"]["mapping"]
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in mapping:
        return [f"{side}: there is no type {kind!r}"]
    name = mapping[kind].rpartition("/")[2]
    strange = set(told) - set(schema.document()["$defs"][name]["properties"])
    wrong = [f"{side} {kind}: {error.json_path}: {error.message}" for error in _validator(name).iter_errors(told)]
    return wrong + [f"{side} {kind}: the field {field} is not in the schema" for field in sorted(strange)]
