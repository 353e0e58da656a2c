"""Devices: an address belongs to one person at a time, and only to whoever gave it last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from diary.models import Delivery, Device, DeviceAddress, Diary, Occurrence
from diary.models.devices import device_label
from diary.reminders.decide import LASTS_ELSE
from diary.vault import Vault

MOST = 50  # devices of one person; then the one not seen for longest goes


def register(
    vault: Vault,
    platform: str,
    address: str | Mapping[str, str],
    fields: Mapping[str, Any],
    label: str | None,
    now: datetime,
) -> tuple[Device, bool]:
    """The device with this address, and whether the person did not have it before.

    If somebody else has it, theirs is set aside: a phone has changed hands, or its owner has
    signed in as somebody else. Neither side learns of the other.
    """
    if platform == "apns":
        address = address.lower()  # hexadecimal: one token however it is written
    key = _hash(platform, address)
    with transaction.atomic():
        # The person's own row first, as everywhere: two phones at once wait for each other here.
        Diary.objects.select_for_update().get(user_id=vault.user)
        found, _ = DeviceAddress.objects.select_for_update().get_or_create(
            platform=platform, hash=key, defaults={"user_id": vault.user, "device": uuid7()}
        )
        if found.user_id != vault.user:
            Device.objects.filter(user_id=found.user_id, id=found.device).update(
                state="dead", dead_reason="moved"
            )
            found.user_id, found.device = vault.user, uuid7()
            DeviceAddress.objects.filter(platform=platform, hash=key).update(
                user_id=found.user_id, device=found.device
            )
        sealed = vault.seal(
            device_label(vault.user, found.device),
            orjson.dumps({"address": address, "label": label}),
        )
        device, made = Device.objects.update_or_create(
            user_id=vault.user,
            id=found.device,
            defaults={
                **fields, "platform": platform, "state": "active", "dead_reason": "",
                "refusals": 0, "registered_at": now, "last_seen_at": now, "sealed": sealed,
            },
        )  # fmt: skip
        if made:
            _make_room(vault.user)
    return device, made


def _make_room(user_id: UUID) -> None:
    mine = Device.objects.filter(user_id=user_id).order_by("-last_seen_at")
    for device_id in list(mine.values_list("id", flat=True)[MOST:]):
        remove(user_id, device_id)


def remove(user_id: UUID, device_id: UUID) -> bool:
    """Forget a device and its address. Whether there was one."""
    with transaction.atomic():
        DeviceAddress.objects.filter(user_id=user_id, device=device_id).delete()
        gone, _ = Device.objects.filter(user_id=user_id, id=device_id).delete()
    return bool(gone)


def try_out(device: Device, zone: str, today: Any, minute: int, now: datetime) -> Occurrence:
    """A message to this device alone, sent by the job as any other."""
    occurrence = Occurrence(
        user_id=device.user_id, id=uuid7(), kind="test", local_date=today, minute=minute,
        entry_date=today, due_at=now, expires_at=now + LASTS_ELSE, state="fanned", time_zone=zone,
    )  # fmt: skip
    with transaction.atomic():
        # As wherever one is made: nobody is taken out between here and its end.
        Diary.objects.select_for_update().get(user_id=device.user_id)
        occurrence.save(force_insert=True)
        Delivery.objects.create(
            user_id=device.user_id, id=uuid7(), occurrence=occurrence.id, target=device.id,
            channel=device.platform, next_attempt_at=now, expires_at=occurrence.expires_at,
        )  # fmt: skip
    return occurrence


def _hash(platform: str, address: str | Mapping[str, str]) -> bytes:
    """A keyed hash: the table alone does not tell whether an address is in it."""
    told = address if isinstance(address, str) else address["endpoint"]
    return salted_hmac("device address", f"{platform} {told}", algorithm="sha256").digest()
