"""How the program ends."""

from __future__ import annotations

from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.outcome import Status, connection_ended


class ConnectionEndedTests(SynchronousTestCase):
    def assert_status(self, status: Status, error: Exception, heard: bool = True) -> str:
        found, sentence = connection_ended(Failure(error), "host:9000", heard)
        self.assertEqual(found, status)
        self.assertIn("host:9000", sentence)
        return sentence

    def test_a_connection_that_ends_is_cut(self) -> None:
        self.assert_status(Status.CUT, ConnectionDone())
        self.assertIn("non-clean", self.assert_status(Status.CUT, ConnectionLost()))

    def test_a_connection_that_ends_in_silence_may_be_of_the_wrong_kind(self) -> None:
        self.assertNotIn("--tls", self.assert_status(Status.CUT, ConnectionDone()))
        self.assertIn("--tls", self.assert_status(Status.CUT, ConnectionDone(), heard=False))

    def test_a_certificate_for_another_host_is_wrong(self) -> None:
        self.assert_status(Status.CERTIFICATE, VerificationError(errors=[]))

    def test_so_is_one_that_names_no_host(self) -> None:
        self.assertIn("names no host", self.assert_status(Status.CERTIFICATE, CertificateError("no subjectAltName")))

    def test_a_certificate_that_nobody_vouches_for_is_wrong(self) -> None:
        error = SSL.Error([("SSL routines", "", "certificate verify failed")])
        self.assertIn("--ca", self.assert_status(Status.CERTIFICATE, error))

    def test_whoever_speaks_no_tls_is_not_reached(self) -> None:
        error = SSL.Error([("SSL routines", "", "wrong version number")])
        self.assertIn("wrong version number", self.assert_status(Status.UNREACHABLE, error))
        self.assert_status(Status.UNREACHABLE, SSL.Error(-1, "Unexpected EOF"))
