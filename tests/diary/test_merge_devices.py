"""Several devices and one record: whatever order their edits arrive in, nobody's field is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diary.merge import NOTHING, Document, Status, delete, edit

FIELDS = ("pain", "mood", "worry", "energy", "note")
DEVICES = ("phone", "tablet", "watch", "rest")

values = st.one_of(st.none(), st.integers(0, 10), st.sampled_from([6.5, "a word", True]))
some_fields = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)
devices = st.sampled_from(DEVICES)
# How far back the revision lies that a device says it has seen; None: it does not say.
behind = st.none() | st.integers(0, 12)
carried = st.dictionaries(
    st.sampled_from(["edited_at", "time_zone"]), st.none() | st.text(max_size=3)
)
edits = st.tuples(st.just("edit"), devices, behind, some_fields, carried)
deletes = st.tuples(st.just("delete"), devices, behind)


class Ledger:
    """The plainest account of a record: every accepted write of every field, in order."""

    def __init__(self):
        self.writes = []  # (rev, device, field, value)
        self.gone = (0, "")  # who deleted it at which revision; None while it is there

    def now(self, field):
        written = [write for write in self.writes if write[2] == field]
        return written[-1] if written else (0, "", field, None)

    def clashes(self, device, base, fields):
        if base is None:
            return set()
        if self.gone:
            unseen = self.gone[0] > base and self.gone[1] != device
            return {name for name in fields if fields[name] is not None} if unseen else set()
        latest = {name: self.now(name) for name in fields}
        return {
            name
            for name, (rev, writer, _, value) in latest.items()
            if value != fields[name] and rev > base and writer != device
        }

    def refuses(self, device, base):
        """Whether a write to a deleted record is by somebody who did not see it go."""
        return bool(self.gone and base is not None) and (
            self.gone[0] > base and self.gone[1] != device
        )

    def fields(self):
        latest = {field: self.now(field)[3] for field in FIELDS}
        return {field: value for field, value in latest.items() if value is not None}


@given(st.lists(st.one_of(edits, edits, deletes), max_size=25))
def test_exactly_what_overlaps_clashes_and_all_else_is_kept(events):
    stored, ledger = NOTHING, Ledger()
    for rev, event in enumerate(events, start=1):
        device, back = event[1], event[2]
        base = None if back is None else max(0, stored.rev - back)
        if event[0] == "delete":
            stored = _delete(stored, ledger, device, base, rev)
        else:
            stored = _edit(stored, ledger, device, base, rev, *event[3:])
        assert stored.deleted == bool(ledger.gone)
        if not stored.deleted:
            own = {name: value for name, value in stored.fields.items() if name in FIELDS}
            assert own == ledger.fields()
        assert Document.unpacked(stored.rev, stored.packed()) == stored


def _edit(stored, ledger, device, base, rev, fields, with_it):
    refused, clashing = ledger.refuses(device, base), ledger.clashes(device, base, fields)
    status, document, told = edit(stored, fields | with_it, base=base, client=device, rev=rev)
    assert set(told) == clashing
    assert (status == Status.CONFLICT) == bool(clashing)
    taken = {
        name: value
        for name, value in fields.items()
        if name not in clashing and value != ledger.now(name)[3]
    }
    if refused or not (taken or ledger.gone):
        assert document is stored
        return document
    ledger.writes += [(rev, device, name, value) for name, value in taken.items()]
    ledger.gone = None
    assert document.rev == rev
    return document


def _delete(stored, ledger, device, base, rev):
    status, document, told = delete(stored, base=base, client=device, rev=rev)
    if ledger.gone:
        assert (status, document) == (Status.UNCHANGED, stored)
        return document
    unseen = {
        name
        for name in {write[2] for write in ledger.writes}
        if base is not None and ledger.now(name)[0] > base and ledger.now(name)[1] != device
    }
    assert unseen == {name for name in told if name in FIELDS}
    if status == Status.CONFLICT:
        assert document is stored
        return document
    assert document.fields == {}
    ledger.writes, ledger.gone = [], (rev, device)
    return document


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 10), st.integers(0, 20)),
        min_size=1,
        max_size=30,
    )
)
def test_devices_that_write_fields_of_their_own_never_clash(edits_of_own):
    stored, last = NOTHING, {}
    for rev, (number, value, back) in enumerate(edits_of_own, start=1):
        device, field = DEVICES[number], FIELDS[number]
        base = max(0, stored.rev - back)
        status, stored, clashing = edit(stored, {field: value}, base=base, client=device, rev=rev)
        assert (status == Status.CONFLICT, clashing) == (False, ())
        last[field] = value
    assert stored.fields == last
    assert all(stored.writers[FIELDS[n]][1] == DEVICES[n] for n, _, _ in edits_of_own)


@given(st.lists(st.tuples(devices, some_fields), min_size=1, max_size=12))
def test_a_packed_document_tells_every_writer_again(writes):
    stored = NOTHING
    for rev, (device, fields) in enumerate(writes, start=1):
        _, stored, _ = edit(stored, fields, base=None, client=device, rev=rev)
    again = Document.unpacked(stored.rev, stored.packed())
    assert again == stored
    assert again.writers == stored.writers
    assert again.packed() == Document.unpacked(again.rev, again.packed()).packed()
