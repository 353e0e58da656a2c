"""The vault: what is sealed opens for its own row alone, whole and unchanged, or not at all."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.vault import Label, Unsealable, Vault

ANA, BEN = UUID(int=0xA), UUID(int=0xB)
KEY_ID = UUID(int=1)
DATA_KEY = bytes(range(32))
HERE = Label("record", ANA, "entries", "2026-03-20", date(2026, 3, 20), False, 41)
PLAIN = b'{"pain":6.5,"note":"a canary in the mine"}'

ELSEWHERE = {
    "another table": {"table": "review"},
    "another person's": {"user": BEN},
    "another collection": {"collection": "moments"},
    "another key": {"key": "2026-03-21"},
    "another date": {"date": date(2026, 3, 21)},
    "no date": {"date": None},
    "deleted": {"deleted": True},
    "an older revision": {"rev": 40},
    "a later revision": {"rev": 42},
}
# Bytes that would read alike if the parts of a label just stood one after the other.
ALIKE_RUN_TOGETHER = {
    "table and collection": (
        Label("record", ANA, "s", "x"), Label("records", ANA, "", "x"),
    ),
    "collection and key": (Label("record", ANA, "ab", "c"), Label("record", ANA, "a", "bc")),
    "key and date": (
        Label("record", ANA, "e", "2026-03-20"),
        Label("record", ANA, "e", "", date(2026, 3, 20)),
    ),
}  # fmt: skip


@pytest.fixture
def vault():
    return Vault(ANA, KEY_ID, DATA_KEY)


def test_what_is_sealed_opens_again(vault):
    assert vault.unseal(HERE, vault.seal(HERE, PLAIN)) == PLAIN


def test_nothing_at_all_can_be_sealed_too(vault):
    assert vault.unseal(HERE, vault.seal(HERE, b"")) == b""


def test_sealing_adds_29_bytes_and_hides_the_rest(vault):
    sealed = vault.seal(HERE, PLAIN)
    assert len(sealed) == len(PLAIN) + 29
    assert b"canary" not in sealed


def test_every_sealing_draws_its_own_nonce(vault):
    nonces = {vault.seal(HERE, PLAIN)[1:13] for _ in range(1000)}
    assert len(nonces) == 1000


@pytest.mark.parametrize("moved", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_sealed_value_does_not_open_elsewhere(vault, moved):
    sealed = vault.seal(HERE, PLAIN)
    with pytest.raises(Unsealable):
        vault.unseal(replace(HERE, **moved), sealed)
    there = vault.seal(replace(HERE, **moved), PLAIN)
    with pytest.raises(Unsealable):
        vault.unseal(HERE, there)


def test_every_part_of_a_label_has_been_moved():
    assert {name for moved in ELSEWHERE.values() for name in moved} == {
        part.name for part in fields(Label)
    }


@pytest.mark.parametrize("pair", ALIKE_RUN_TOGETHER.values(), ids=ALIKE_RUN_TOGETHER)
def test_parts_of_a_label_do_not_run_into_each_other(vault, pair):
    one, other = pair
    with pytest.raises(Unsealable):
        vault.unseal(other, vault.seal(one, PLAIN))


texts = st.text(st.characters(codec="utf-8"), max_size=6)
labels = st.builds(
    Label,
    table=texts,
    user=st.sampled_from([ANA, BEN]),
    collection=texts,
    key=texts,
    date=st.none() | st.dates(),
    deleted=st.booleans(),
    rev=st.integers(-(2**63), 2**63 - 1),
)


@given(one=labels, other=labels)
def test_no_two_labels_share_an_encoding(one, other):
    same = one.encoded(KEY_ID) == other.encoded(KEY_ID)
    assert same == (one == other)


@given(label=labels)
def test_a_label_encodes_differently_for_each_key(label):
    assert label.encoded(KEY_ID) != label.encoded(UUID(int=2))


@pytest.mark.parametrize("bit", [0x01, 0x80], ids=["lowest bit", "highest bit"])
def test_a_flipped_bit_anywhere_is_noticed(vault, bit):
    sealed = vault.seal(HERE, PLAIN)
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= bit
        with pytest.raises(Unsealable):
            vault.unseal(HERE, bytes(damaged))


def test_a_value_cut_short_anywhere_is_noticed(vault):
    sealed = vault.seal(HERE, PLAIN)
    for length in range(len(sealed)):
        with pytest.raises(Unsealable):
            vault.unseal(HERE, sealed[:length])


def test_a_value_with_bytes_added_is_noticed(vault):
    with pytest.raises(Unsealable):
        vault.unseal(HERE, vault.seal(HERE, PLAIN) + b"\0")


def test_another_persons_vault_opens_nothing_of_ana(vault):
    sealed = vault.seal(HERE, PLAIN)
    bens = Vault(BEN, uuid4(), bytes(reversed(DATA_KEY)))
    with pytest.raises(Unsealable):
        bens.unseal(HERE, sealed)


def test_the_same_key_under_another_id_opens_nothing(vault):
    sealed = vault.seal(HERE, PLAIN)
    with pytest.raises(Unsealable):
        Vault(ANA, uuid4(), DATA_KEY).unseal(HERE, sealed)


def test_a_view_of_memory_opens_as_its_bytes(vault):
    assert vault.unseal(HERE, memoryview(vault.seal(HERE, PLAIN))) == PLAIN


def test_what_does_not_open_says_nothing_of_what_it_holds(vault):
    sealed = vault.seal(HERE, PLAIN)
    with pytest.raises(Unsealable) as refusal:
        vault.unseal(replace(HERE, rev=7), sealed)
    assert str(refusal.value) == "a sealed value in record does not open"
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_an_opened_vault_prints_neither_key_nor_cipher(vault):
    assert repr(vault) == f"<Vault of {ANA}>"
    assert not hasattr(vault, "__dict__")
