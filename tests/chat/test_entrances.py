"""What is asked for at the entrance."""

from __future__ import annotations

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import requests as r
from chatd.chat.entrances import SECRETS, Entrance, Login


class EntranceTests(SynchronousTestCase):
    def test_none_is_called_like_another_request(self) -> None:
        tags = [kind.__struct_config__.tag for kind in Entrance.__subclasses__()]
        self.assertEqual(len(set(tags)), len(tags))
        # The one that both have asks for a code here, and goes on with one there; see chatd.wire.webjson.
        self.assertEqual({kind.__struct_config__.tag for kind in r.Request.__subclasses__()} & set(tags), {"resume"})

    def test_secrets_are_fields_that_there_are(self) -> None:
        fields = {field.name for kind in Entrance.__subclasses__() for field in msgspec.structs.fields(kind)}
        self.assertEqual(SECRETS - fields, set())
        self.assertIn("password", SECRETS & {field.name for field in msgspec.structs.fields(Login)})
