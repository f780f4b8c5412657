"""Delivery by Apprise: tried again with growing waits, and silent about addresses."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stamina
import stamina.instrumentation

from orchestration.errors import AlertError
from orchestration.school_settings import AlertSettings, Channel


class ChannelError(AlertError):
    """A channel did not take a message; the text names the channel, no address."""


def deliver(
    channel: Channel, settings: AlertSettings, folder: Path, *, title: str, body: str
) -> None:
    """Send one message, trying again with back-off.

    Args:
        channel: where to.
        settings: how often and how long it is tried.
        folder: what a relative ``url_file`` is relative to.
        title: the subject, where the channel has one.
        body: plain text.

    Raises:
        ChannelError: the address is none, or no try succeeded.
    """
    with _silent_libraries():
        address = _address(channel, folder)
        for attempt in stamina.retry_context(
            on=_NotTakenError,
            attempts=settings.attempt_count,
            timeout=settings.channel_timeout_seconds,
            wait_initial=settings.first_wait_seconds,
            wait_max=settings.longest_wait_seconds,
            wait_jitter=settings.first_wait_seconds / 2,
        ):
            with attempt:
                _send(channel, address, title=title, body=body)


class _NotTakenError(ChannelError):
    """Another try may succeed."""


def _address(channel: Channel, folder: Path) -> str:
    if channel.url is not None:
        return channel.url.get_secret_value()
    file = folder / (channel.url_file or "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ChannelError(
            f"channel {channel.name}: its url_file {file} cannot be read"
        ) from None


def _send(channel: Channel, address: str, *, title: str, body: str) -> None:
    # Seconds of imports, and only a run with something to tell needs them.
    from apprise import Apprise, AppriseAsset, NotifyFormat, PersistentStoreMode

    asset = AppriseAsset(
        app_id="Rollbook",
        app_desc="Rollbook",
        app_url="",
        async_mode=False,
        secure_logging=True,
        storage_mode=PersistentStoreMode.MEMORY,
    )
    target = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if target is None:
        raise ChannelError(
            f"channel {channel.name}: its address is none that Apprise knows"
        )
    sender = Apprise(asset=asset)
    sender.add(target)
    # An error's text may hold the address: none is passed on.
    try:
        is_taken = bool(
            sender.notify(title=title, body=body, body_format=NotifyFormat.TEXT)
        )
    except Exception:
        is_taken = False
    if not is_taken:
        raise _NotTakenError(f"channel {channel.name} did not take the message")


@contextmanager
def _silent_libraries() -> Iterator[None]:
    """Keep what Apprise and the libraries below it log, addresses included, away.

    Each has loggers of its own, urllib3's shows whole paths: so all are silent.
    """
    before = logging.root.manager.disable
    hooks = stamina.instrumentation.get_on_retry_hooks()
    logging.disable(logging.CRITICAL)
    stamina.instrumentation.set_on_retry_hooks([])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        stamina.instrumentation.set_on_retry_hooks(hooks)
        logging.disable(before)
