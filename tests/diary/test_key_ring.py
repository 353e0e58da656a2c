"""The key ring: its last key wraps, all of its keys unwrap, and it never shows one."""

from __future__ import annotations

import base64
from uuid import UUID, uuid4

import pytest

from diary.vault import BadKeyRing, KeyRing, Label, Unsealable

ANA, BEN = UUID(int=0xA), UUID(int=0xB)
HERE = Label("record", ANA, "entries", "2026-03-20")


def key(byte, length=32):
    return base64.b64encode(bytes([byte]) * length).decode()


OLD, NEW = f"spring {key(1)}", f"autumn {key(2)}"

CANNOT_BE_READ = {
    "nothing": ("", "the key ring holds no key"),
    "comments only": ("# none yet\n\n   \n", "the key ring holds no key"),
    "a key without a name": (f"\n{key(1)}", "line 2"),
    "three words": (f"{OLD}\nautumn {key(2)} spare", "line 2"),
    "no base64": ("# ours\nspring ***secret***", "line 2: the key is not base64"),
    "letters beyond ASCII": ("spring gehéim", "line 1: the key is not base64"),
    "a short key": (f"{OLD}\nautumn {key(2, 31)}", "line 2: a key has 32 bytes"),
    "a long key": (f"spring {key(1, 33)}", "line 1: a key has 32 bytes"),
    "one name twice": (f"{OLD}\n\nspring {key(2)}", "line 3: the key id stands there twice"),
}


@pytest.mark.parametrize(("text", "says"), CANNOT_BE_READ.values(), ids=CANNOT_BE_READ)
def test_a_bad_ring_is_refused_by_its_line_and_without_the_key(text, says):
    with pytest.raises(BadKeyRing) as refusal:
        KeyRing(text)
    assert says in str(refusal.value)
    for word in text.split():
        if len(word) > 8:
            assert word not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_blank_lines_and_comments_are_passed_over():
    ring = KeyRing(f"\n# the old one\n{OLD}\n\n  # the new one\n  {NEW}  \n")
    assert ring.newest == "autumn"


def test_the_last_line_wraps():
    made = KeyRing(f"{OLD}\n{NEW}").make_data_key(ANA, key_id := uuid4())
    assert KeyRing(NEW).open(ANA, key_id, "autumn", made).user == ANA
    with pytest.raises(Unsealable):
        KeyRing(OLD).open(ANA, key_id, "spring", made)


def test_an_older_ring_key_still_unwraps():
    wrapped = KeyRing(OLD).make_data_key(ANA, key_id := uuid4())
    sealed = KeyRing(OLD).open(ANA, key_id, "spring", wrapped).seal(HERE, b"pain 7")
    later = KeyRing(f"{OLD}\n{NEW}").open(ANA, key_id, "spring", wrapped)
    assert later.unseal(HERE, sealed) == b"pain 7"


def test_a_rewrapped_data_key_is_the_same_key_under_the_newest_ring_key():
    wrapped = KeyRing(OLD).make_data_key(ANA, key_id := uuid4())
    sealed = KeyRing(OLD).open(ANA, key_id, "spring", wrapped).seal(HERE, b"pain 7")
    rewrapped = KeyRing(f"{OLD}\n{NEW}").rewrap(ANA, key_id, "spring", wrapped)
    alone = KeyRing(NEW).open(ANA, key_id, "autumn", rewrapped)
    assert alone.unseal(HERE, sealed) == b"pain 7"


def test_two_data_keys_are_never_alike():
    ring = KeyRing(OLD)
    key_id = uuid4()
    one, other = ring.make_data_key(ANA, key_id), ring.make_data_key(ANA, key_id)
    assert one[:12] != other[:12]
    sealed = ring.open(ANA, key_id, "spring", one).seal(HERE, b"pain 7")
    with pytest.raises(Unsealable):
        ring.open(ANA, key_id, "spring", other).unseal(HERE, sealed)


def test_a_wrapped_key_opens_for_its_person_and_its_row_alone():
    ring = KeyRing(f"{OLD}\nspring2 {key(1)}")
    wrapped = ring.make_data_key(ANA, key_id := uuid4())
    for user, row, name in [
        (BEN, key_id, "spring2"),
        (ANA, uuid4(), "spring2"),
        (ANA, key_id, "spring"),  # the same 32 bytes under another name
    ]:
        with pytest.raises(Unsealable, match="a data key does not open"):
            ring.open(user, row, name, wrapped)


def test_a_ring_without_the_key_says_which_one_is_missing():
    wrapped = KeyRing(OLD).make_data_key(ANA, key_id := uuid4())
    with pytest.raises(Unsealable, match="ring key spring is not in the key ring"):
        KeyRing(NEW).open(ANA, key_id, "spring", wrapped)


def test_a_damaged_or_shortened_wrapped_key_does_not_open():
    ring = KeyRing(OLD)
    wrapped = ring.make_data_key(ANA, key_id := uuid4())
    assert len(wrapped) == 60
    for place in range(60):
        flipped = bytearray(wrapped)
        flipped[place] ^= 1
        for damaged in (bytes(flipped), wrapped[:place]):
            with pytest.raises(Unsealable):
                ring.open(ANA, key_id, "spring", damaged)
