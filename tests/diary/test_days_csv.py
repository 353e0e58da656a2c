"""A diary in a CSV file: what can be read is rounded to the scales, what cannot names its line."""

from __future__ import annotations

from datetime import date

import pytest

from diary.demo import KNEE
from diary.exchange import READERS, Unreadable
from diary.measures import SCALES

DAY = date(2026, 3, 20)


def read(text):
    return list(READERS["days-csv"](text.encode()))


def one(column, cell):
    """The fields of a day with this one cell."""
    [(day, fields)] = read(f"date,{column}\n2026-03-20,{cell}\n")
    assert day == DAY
    return fields


READ_ALIKE = {
    "as it is": b"date,pain,mood\n2026-03-20,6,3\n",
    "with a byte order mark": b"\xef\xbb\xbfdate,pain,mood\n2026-03-20,6,3\n",
    "from Windows": b"date,pain,mood\r\n2026-03-20,6,3\r\n",
    "without a last line end": b"date,pain,mood\n2026-03-20,6,3",
    "in quotes": b'"date","pain","mood"\n"2026-03-20","6","3"\n',
    "with spaces around numbers": b"date,pain,mood\n2026-03-20, 6 ,3 \n",
    "in another order of columns": b"mood,date,pain\n3,2026-03-20,6\n",
    "with blank lines": b"date,pain,mood\n\n2026-03-20,6,3\n\n",
    "with noughts behind": b"date,pain,mood\n2026-03-20,6.000,3.0\n",
}


@pytest.mark.parametrize("content", READ_ALIKE.values(), ids=READ_ALIKE)
def test_a_day_is_read(content):
    assert list(READERS["days-csv"](content)) == [(DAY, {"pain": 6, "mood": 3})]


def test_an_empty_cell_was_not_recorded_and_is_no_zero():
    assert read("date,pain,mood\n2026-03-20,,3\n2026-03-21,0, \n") == [
        (DAY, {"mood": 3}),
        (date(2026, 3, 21), {"pain": 0}),
    ]


def test_a_file_with_a_first_line_alone_holds_no_day():
    assert read("date,pain\n") == []


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("pain", "4.25", 4.3),
        ("pain", "4.35", 4.4),
        ("pain", "4.349", 4.3),
        ("pain", "0.05", 0.1),
        ("pain", "9.96", 10),
        ("pain", "-0.04", 0),
        ("mood", "1e1", 10),
        ("sleep_hours", "7.1", 7),
        ("sleep_hours", "7.125", 7.25),
        ("sleep_hours", "7.37", 7.25),
        ("sleep_hours", "7.375", 7.5),
        ("sleep_hours", "24", 24),
        ("low_mood", "1.5", 2),
        ("sleep_change", "-3", -3),
        ("sleep_change", "-1.4", -1),
    ],
)
def test_a_value_is_rounded_half_up_to_its_scale(column, cell, value):
    fields = one(column, cell)
    assert fields == {column: value}
    assert isinstance(fields[column], int) == (value == int(value))


def test_every_measure_and_symptom_can_be_a_column():
    [(_, fields)] = read(f"date,{','.join(SCALES)}\n2026-03-20,{','.join('1' for _ in SCALES)}\n")
    assert fields == dict.fromkeys(SCALES, 1)


CANNOT_BE_READ = {
    "an empty file": ("", "line 1: there is no column named date"),
    "no column of dates": ("pain\n4\n", "line 1: there is no column named date"),
    "a column that is no measure": (
        "date,pain,weight,age\n", "line 1: there is no measure named age, weight",
    ),
    "one column twice": ("date,pain,pain\n2026-03-20,1,2\n", "line 1: two columns have one name"),
    "a missing cell": ("date,pain,mood\n2026-03-20,6\n", "line 2: it has not as many cells"),
    "a cell too many": ("date,pain\n2026-03-20,6,3\n", "line 2: it has not as many cells"),
    "a date of another kind": ("date,pain\n20/03/2026,6\n", "line 2: the date is not like"),
    "no date": ("date,pain\n,6\n", "line 2: the date is not like"),
    "a day that never was": ("date,pain\n2026-02-30,6\n", "line 2: the date is not like"),
    "a word": ("date,pain\n2026-03-20,lots\n", "line 2: pain is no number"),
    "a decimal comma": ('date,pain\n2026-03-20,"4,5"\n', "line 2: pain is no number"),
    "not a number": ("date,pain\n2026-03-20,NaN\n", "line 2: pain is no number"),
    "a signalling one": ("date,pain\n2026-03-20,sNaN\n", "line 2: pain is no number"),
    "infinity": ("date,pain\n2026-03-20,-inf\n", "line 2: pain is no number"),
    "an endless exponent": ("date,pain\n2026-03-20,1e999999\n", "line 2: pain is no number"),
    "too much": ("date,pain\n2026-03-19,5\n2026-03-20,10.05\n", "line 3: pain is not within 0–10"),
    "too little": ("date,mood\n2026-03-20,-0.06\n", "line 2: mood is not within 0–10"),
    "a long night": (
        "date,sleep_hours\n2026-03-20,24.2\n", "line 2: sleep_hours is not within 0–24",
    ),
    "a grade of four": ("date,low_mood\n2026-03-20,4\n", "line 2: low_mood is not within 0–3"),
    "a quote left open": ('date,pain\n2026-03-20,"6\n', "no CSV file in UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), CANNOT_BE_READ.values(), ids=CANNOT_BE_READ)
def test_what_cannot_be_read_is_refused_by_its_line(text, says):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert str(refusal.value).startswith(says)


@pytest.mark.parametrize(
    "content",
    [b"date,pain\n2026-03-20,\xff\n", "date,pain\n2026-03-20,6\n".encode("utf-16"), b"\x00\x01"],
    ids=["a stray byte", "UTF-16", "no text at all"],
)
def test_what_is_no_text_is_refused(content):
    with pytest.raises(Unreadable):
        list(READERS["days-csv"](content))


def test_a_refusal_never_tells_a_value():
    for cell in ("17.25", "secret"):
        with pytest.raises(Unreadable) as refusal:
            one("pain", cell)
        assert cell not in str(refusal.value)


def test_the_real_diary_keeps_its_gaps():
    days = dict(READERS["days-csv"](KNEE.read_bytes()))
    assert (min(days), max(days)) == (date(2019, 8, 12), date(2021, 8, 30))
    assert sum("pain" in fields for fields in days.values()) == 439
    assert sum("mood" in fields for fields in days.values()) == 421
    assert days[date(2019, 8, 13)] == {"pain": 4.5}
    assert days[date(2019, 8, 16)] == {"pain": 5.3, "mood": 2}  # 5.25 in the file
    assert date(2019, 8, 19) not in days


def test_a_date_on_which_nothing_was_recorded_is_no_entry():
    assert read("date,pain,mood\n2026-03-19,,\n2026-03-20,4,\n") == [(DAY, {"pain": 4})]


@pytest.mark.parametrize("text", ["20260320", "2026-W12-5", "20.03.2026", ""])
def test_a_date_is_written_with_dashes(text):
    with pytest.raises(Unreadable, match="line 2: the date"):
        read(f"date,pain\n{text},4\n")
