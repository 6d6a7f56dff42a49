"""The web site that Prometheus asks: metrics at /metrics, and nothing else."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.twisted import MetricsResource
from twisted.web.http import Request
from twisted.web.resource import Resource
from twisted.web.server import Site


class _QuietSite(Site):
    """Writes no line into the operator's log for each time that it is asked."""

    noisy = False

    def log(self, request: Request) -> None:
        """Nothing is to be told."""


def metrics_site(registry: CollectorRegistry) -> Site:
    """Serves what is in ``registry``."""
    root = Resource()
    root.putChild(b"metrics", MetricsResource(registry=registry))
    return _QuietSite(root)
