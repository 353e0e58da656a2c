"""Activities, moments and trackers: made, read, replaced, merged, deleted, all in one way."""

from __future__ import annotations

from uuid import UUID

import pytest

from api.collections import COLLECTIONS
from tests.api.conftest import seq_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ID = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
OTHER = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e22"
NAMES = ["activities", "moments", "trackers"]
# The least that makes one of each, and one field more that can be changed.
LEAST = {
    "activities": {"date": "2026-03-20", "kind": "walk"},
    "moments": {"date": "2026-03-20", "at": "2026-03-20T09:30:00+01:00"},
    "trackers": {"name": "Stiffness", "kind": "scale"},
}
MORE = {
    "activities": {"note": "Slow."},
    "moments": {"pain": 6.5},
    "trackers": {"unit": "points"},
}
MORE_NAMES = {name: next(iter(fields)) for name, fields in MORE.items()}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture
def path(name) -> str:
    return f"/api/v1/{name}"


@pytest.fixture
def one(name) -> str:
    return f"/api/v1/{name}/{ID}"


@pytest.fixture
def least(name) -> dict:
    return LEAST[name]


@pytest.fixture
def whole(name) -> dict:
    return LEAST[name] | MORE[name]


@pytest.fixture
def made(phone, one, whole) -> dict:
    return phone.put(one, whole).json()


# ---- Making one ---------------------------------------------------------------------------------


def test_a_new_one_gets_an_id_that_begins_with_its_instant(phone, path, least):
    answer = phone.post(path, least)
    assert answer.status_code == 201
    read = UUID(answer.json()["id"])
    assert read.version == 7
    assert phone.get(f"{path}/{read}").json() == answer.json()


def test_two_new_ones_are_two(phone, path, least):
    ids = {phone.post(path, least).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    "sent",
    [
        ID,
        ID.upper(),
        f"{'0' * 8}-0000-0000-0000-{'0' * 12}",
        "6f0c2f5a-3a5e-4c52-9b5d-7c0de3a6a1ff",
    ],
    ids=["version 7", "in capitals", "nothing but zeros", "version 4"],
)
def test_a_client_may_bring_any_uuid_and_it_is_kept_in_small_letters(phone, path, least, sent):
    answer = phone.post(path, least | {"id": sent})
    assert (answer.status_code, answer.json()["id"]) == (201, sent.lower())
    assert phone.get(f"{path}/{sent}").json() == phone.get(f"{path}/{sent.lower()}").json()


def test_an_id_that_is_taken_is_told_with_what_is_there_and_stores_nothing(phone, ana, path, made):
    seq = seq_of(ana)
    answer = phone.post(path, made | {"id": ID.upper()})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/exists")
    assert answer.json()["current"] == made
    assert seq_of(ana) == seq


def test_a_wrong_field_is_told_before_a_taken_id(phone, path, made, least):
    answer = phone.post(path, least | {"id": ID, "colour": "red"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown_field"


def test_the_id_of_a_deleted_one_is_free_again(phone, path, one, least, made):
    phone.delete(one)
    again = phone.post(path, least | {"id": ID})
    assert again.status_code == 201
    assert again.json()["rev"] > made["rev"] + 1


def test_the_same_id_in_each_collection_names_three_things(phone):
    for name in NAMES:
        assert phone.post(f"/api/v1/{name}", LEAST[name] | {"id": ID}).status_code == 201
    for name in NAMES:
        read = phone.get(f"/api/v1/{name}/{ID}").json()
        assert LEAST[name].items() <= read.items()


def test_two_people_may_use_one_id_and_hold_their_own(phone, bens_phone, path, one, least, whole):
    phone.post(path, whole | {"id": ID})
    assert bens_phone.get(one).status_code == 404
    assert bens_phone.post(path, least | {"id": ID}).status_code == 201
    assert bens_phone.delete(one).status_code == 204
    assert whole.items() <= phone.get(one).json().items()


NO_IDS = {
    "a word": "steps",
    "no hyphens": ID.replace("-", ""),
    "in braces": f"{{{ID}}}",
    "a urn": f"urn:uuid:{ID}",
    "one digit short": ID[:-1],
    "one digit long": f"{ID}0",
    "hyphens elsewhere": "0192f0c15-a52-7cc1-a6a1-0d3a3c6f8e21",
    "other digits": ID.replace("1", "١"),
    "wide letters": ID.replace("f", "ｆ"),
    "a blank behind it": f"{ID} ",
    "a line behind it": f"{ID}\n",
    "empty": "",
    "very long": "0" * 5_000,
    "a date": "2026-03-20",
}


@pytest.mark.parametrize("sent", [*NO_IDS.values(), 7, True, [ID], {"id": ID}], ids=repr)
def test_what_is_no_uuid_is_no_id(phone, ana, path, least, sent):
    answer = phone.post(path, least | {"id": sent})
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/id", "type")
    assert seq_of(ana) == 0


def test_no_id_is_said_by_leaving_it_out(phone, path, least):
    [fault] = phone.post(path, least | {"id": None}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/id", "null")


@pytest.mark.parametrize("address", ["steps", ID.replace("-", ""), "%00", "%ff", ID + "%20"])
def test_an_address_that_is_no_id_is_nothing_to_read_and_wrong_to_write(
    phone, ana, path, whole, address
):
    assert phone.get(f"{path}/{address}").status_code == 404
    for write in (phone.put, phone.patch, phone.delete):
        answer = write(f"{path}/{address}", whole)
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["parameter"], fault["code"]) == (422, "id", "type")
    assert seq_of(ana) == 0


def test_put_makes_one_under_a_clients_id_and_then_replaces_it(phone, one, least, whole, name):
    assert phone.put(one, whole).status_code == 201
    again = phone.put(one, least)
    assert again.status_code == 200
    assert again.json()[MORE_NAMES[name]] is None


def test_patch_changes_what_is_there_and_makes_nothing(phone, ana, one, whole):
    answer = phone.patch(one, whole)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert seq_of(ana) == 0


def test_a_wrong_field_is_told_before_that_there_is_none(phone, one):
    assert phone.patch(one, {"colour": "red"}).status_code == 422


def test_patch_of_a_deleted_one_is_404_and_put_makes_it_again(phone, one, least, whole, made, name):
    phone.delete(one)
    assert phone.patch(one, whole).status_code == 404
    again = phone.put(one, least)
    assert again.status_code == 201
    assert again.json()[MORE_NAMES[name]] is None


# ---- Changing one -------------------------------------------------------------------------------


def test_an_answer_holds_every_field(phone, one, made, name):
    fields = set(COLLECTIONS[name].names)
    assert made.keys() == fields | {"id", "rev"}
    assert phone.get(one).json() == made


def test_patch_leaves_what_it_does_not_name(phone, one, made, name):
    changed = phone.patch(one, {}).json()
    assert changed == made
    cleared = phone.patch(one, {MORE_NAMES[name]: None}).json()
    assert cleared == made | {MORE_NAMES[name]: None, "rev": cleared["rev"]}
    assert cleared["rev"] > made["rev"]


def test_what_is_required_cannot_be_cleared(phone, ana, one, made, least):
    seq = seq_of(ana)
    answer = phone.patch(one, dict.fromkeys(least))
    faults = {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}
    assert faults == {f"/{field}": "null" for field in least}
    assert seq_of(ana) == seq


def test_what_is_required_must_be_there(phone, ana, path, one):
    for write, address in ((phone.post, path), (phone.put, one)):
        answer = write(address, {})
        assert answer.status_code == 422
        assert {fault["code"] for fault in answer.json()["errors"]} == {"required"}
        assert len(answer.json()["errors"]) == 2
    assert seq_of(ana) == 0


def test_the_same_again_changes_nothing_the_revision_included(phone, ana, one, made, whole):
    seq = seq_of(ana)
    for again in (phone.put(one, whole), phone.patch(one, whole), phone.put(one, made)):
        assert (again.status_code, again.json()) == (200, made)
    assert seq_of(ana) == seq


def test_what_was_read_can_be_put_back(phone, one, path, least):
    """Where the server has filled in what was not said, too."""
    made = phone.post(path, least).json()
    assert phone.put(f"{path}/{made['id']}", made).json() == made


def test_a_record_keeps_its_id(phone, ana, one, made, whole):
    seq = seq_of(ana)
    for write in (phone.put, phone.patch):
        answer = write(one, whole | {"id": OTHER})
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"]) == (422, "/id")
        assert write(one, whole | {"id": ID.upper()}).json() == made
    assert seq_of(ana) == seq


def test_a_deleted_one_is_gone_and_cannot_be_deleted_twice(phone, path, one, made):
    gone = phone.delete(one)
    assert (gone.status_code, gone.content) == (204, b"")
    assert phone.get(one).status_code == 404
    assert phone.get(path).json()["items"] == []
    assert phone.delete(one).status_code == 404


def test_one_that_never_was_is_404(phone, one):
    assert phone.get(one).status_code == 404
    assert phone.delete(one).status_code == 404


@pytest.mark.parametrize("field", ["user_id", "Date", "deleted", "low_mood", "trackers", "😀"])
def test_a_field_that_does_not_exist_is_refused_not_dropped(phone, ana, path, least, field):
    [fault] = phone.post(path, least | {field: 1}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/{field}", "unknown_field")
    assert seq_of(ana) == 0


def test_a_merge_patch_cannot_be_put_or_posted(phone, path, one):
    for method, address in (("POST", path), ("PUT", one)):
        answer = phone.send(method, address, b"{}", "application/merge-patch+json")
        assert answer.status_code == 415
    assert phone.send("PATCH", one, b"{}", "application/merge-patch+json").status_code == 404


# ---- Conditions ---------------------------------------------------------------------------------


def test_the_tag_is_the_revision(phone, path, one, least, made):
    assert phone.get(one)["ETag"] == f'"{made["rev"]}"'
    posted = phone.post(path, least)
    assert posted["ETag"] == f'"{posted.json()["rev"]}"'
    read = phone.get(one, headers={"If-None-Match": f'"{made["rev"]}"'})
    assert (read.status_code, read.content) == (304, b"")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_if_match_writes_over_what_it_names_only(phone, ana, one, made, least, method):
    seq = seq_of(ana)
    wrong = getattr(phone, method)(one, least, headers={"If-Match": '"999"'})
    assert (wrong.status_code, wrong.json()["current"]) == (412, made)
    assert seq_of(ana) == seq
    right = getattr(phone, method)(one, least, headers={"If-Match": f'"{made["rev"]}"'})
    assert right.status_code == (204 if method == "delete" else 200)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_if_match_of_one_that_is_not_there_does_not_hold(phone, ana, one, least, method):
    answer = getattr(phone, method)(one, least, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["current"]) == (412, None)
    assert seq_of(ana) == 0


def test_if_none_match_any_only_makes(phone, one, least, whole):
    once = {"If-None-Match": "*"}
    assert phone.put(one, whole, headers=once).status_code == 201
    assert phone.put(one, least, headers=once).status_code == 412
    assert phone.patch(one, least, headers=once).status_code == 412


def test_if_none_match_does_not_let_a_patch_make_one(phone, one, whole):
    assert phone.patch(one, whole, headers={"If-None-Match": "*"}).status_code == 404
