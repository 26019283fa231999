"""The members of an etcd as channels of gRPC: one is talked to until it fails, then the next."""

import random
from typing import Any

import grpc
import grpc.aio

from topology.etcd.credentials import read_certificates, read_key
from topology.etcd.errors import EtcdError
from topology.etcd.wire import STREAMS, method_of
from topology.region.source import Tls

LARGEST_MESSAGE = 512 * 1024 * 1024
_OPTIONS = (
    ("grpc.keepalive_time_ms", 6_000),  # etcd ends connections that ping more often than every 5 s
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    # Not keepalive_timeout_ms, which does not end a ping: with the default a frozen member is noticed after a minute.
    ("grpc.http2.ping_timeout_ms", 2_000),
    ("grpc.enable_retries", 0),  # what may be sent twice is decided above
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


class Channels:
    """One channel a member, opened when it is first used. All that several calls in a row should share is which is current."""

    def __init__(self, members: tuple[str, ...], tls: Tls) -> None:
        self.members = members
        self._tls = tls
        # Not all consoles on the first: a member that is frozen would hold up everybody.
        self._current = random.randrange(len(members))
        self._channels: dict[int, Any] = {}
        self._methods: dict[tuple[int, str], Any] = {}

    @property
    def current(self) -> int:
        """The number of the member that is talked to now."""
        return self._current

    def method(self, name: str) -> Any:
        """Give a method of the current member, to be called.

        Raises:
            EtcdError: a certificate or a key cannot be read.
        """
        at = self._current
        found = self._methods.get((at, name))
        if found is None:
            path, request, response = method_of(name)
            channel = self._channel(at)
            kind = channel.stream_stream if name in STREAMS else channel.unary_unary
            found = kind(path, request_serializer=request.SerializeToString, response_deserializer=response.FromString)
            self._methods[at, name] = found
        return found

    def failed(self, at: int) -> None:
        """Go on to the next member, unless another call did already."""
        if at == self._current:
            self._current = (at + 1) % len(self.members)

    async def aclose(self) -> None:
        """Close every channel; calls that are under way are cancelled."""
        channels, self._channels = self._channels, {}
        self._methods.clear()
        for channel in channels.values():
            await channel.close()

    def _channel(self, at: int) -> Any:
        if at not in self._channels:
            member, options = self.members[at], list(_OPTIONS)
            if self._tls.ca or self._tls.certificate:
                self._channels[at] = grpc.aio.secure_channel(member, credentials_of(self._tls), options)
            else:
                self._channels[at] = grpc.aio.insecure_channel(member, options)
        return self._channels[at]


def credentials_of(tls: Tls) -> Any:
    """Read the certificates that are stated.

    Raises:
        EtcdError: one cannot be read.
    """
    if bool(tls.certificate) != bool(tls.key):
        raise EtcdError("a certificate and its key belong together; state both or neither under [source.tls]")
    ca, certificate = (read_certificates(path) if path else None for path in (tls.ca, tls.certificate))
    key = read_key(tls.key) if tls.key else None
    return grpc.ssl_channel_credentials(ca, key, certificate)
