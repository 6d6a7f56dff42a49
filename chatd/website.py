"""The web frontend put together: the site of a house, and the WebSockets that begin on it."""

from __future__ import annotations

from chatd.config import Config
from chatd.frontends.web.handshake import SocketResource
from chatd.frontends.web.proxies import Proxies
from chatd.frontends.web.site import WebSite
from chatd.frontends.web.socket import WebFactory, WebRoute
from chatd.house import House
from chatd.wire import schema
from chatd.wire.dialect import Dialect


class Website:
    """What a house has on the web, however many listeners lead to it."""

    def __init__(self, house: House) -> None:
        self._house = house
        limits = house.config.limits
        route = WebRoute(house.intake, house.delivery, house.leading.by(house.requests.converse), house.requests)
        self.factory = WebFactory(
            house.world.clock,
            route,
            house.door,
            limits.flood,
            limits.line_bytes,
            limits.queue_bytes,
            Dialect(house.world.now),
        )
        socket = SocketResource(self.factory, lambda: house.config.web.origins)
        self.site = WebSite(
            house.world.clock,
            socket,
            house.transfers,
            self._health,
            schema.encoded(),
            Proxies(house.config.web.proxies),
            limits.connections_per_address,
        )
        house.factories.append(self.factory)
        house.limited.append(self.factory)
        house.configured.append(self._configure)

    def _configure(self, config: Config) -> None:
        self.site.proxies = Proxies(config.web.proxies)
        self.site.crowd.limit(config.limits.connections_per_address)

    def _health(self) -> str:
        """What a load balancer is told not to send people here for, empty for nothing."""
        if self._house.leading.stopping is not None:
            return self._house.leading.stopping.reason
        return next(iter(self._house.alarms.standing), "")
