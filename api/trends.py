"""Trends: what charts draw. A day that was not recorded is null everywhere, never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.etags import computed_tag, is_known
from api.fields import shown
from api.problems import BadParameter
from api.queries import date_parameter, date_range, read_id, read_query
from diary import record
from diary.analysis.trends import (
    FIRST_DAYS,
    FORTNIGHT,
    USUAL_DAYS,
    USUAL_ENDS,
    bin_days,
    first_weeks,
    fortnight_line,
    fortnight_means,
    usual_means,
)
from diary.days import RECORDED, Day, days_since
from diary.findings import rounded
from diary.measures import SCALES, whole_tracker
from diary.merge import NOTHING
from diary.models.diary import FIRST_DATE
from diary.patterns import Told, patterns_of
from diary.series import dates_between
from diary.wording import vocabulary as in_words

BINS = ("day", "week", "month")
MOST_BINS = 3_660
DAYS = 90
WEEKS_FROM = 400  # days; a longer range is drawn in weeks unless asked otherwise
MEASURES = "pain,mood,sleep_hours"
# A phone keeps its charts, and asks each time whether they still hold.
KEPT = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, X-Session-Token"}
_USUAL_FIRST = timedelta(days=USUAL_DAYS + USUAL_ENDS - 1)


def _over_dates(name: str, **numbers: serializers.Field) -> serializers.Serializer:
    """Numbers about a stretch of dates; null where there were too few of them."""
    dates = {"from": serializers.DateField(), "to": serializers.DateField()}
    return inline_serializer(name, {**numbers, **dates}, allow_null=True)


def _numbers() -> serializers.ListField:
    return serializers.ListField(child=serializers.FloatField(allow_null=True))


class Fortnight(serializers.Serializer):
    """Of the 14 dates that end with the bin's last day."""

    mean = _numbers()
    answered = serializers.ListField(child=serializers.IntegerField())


class ChartSeries(serializers.Serializer):
    label = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Null: a number without this end.")
    high = serializers.FloatField(allow_null=True)
    worse = serializers.IntegerField()
    value = _numbers()
    n = serializers.ListField(child=serializers.IntegerField())
    min = _numbers()
    max = _numbers()
    fortnight = Fortnight()
    usual = _over_dates("Usual", mean=serializers.FloatField())
    # Through the last 14 dates; a description, never a finding.
    line = _over_dates("TrendLine", per_week=serializers.FloatField())
    first_weeks = _over_dates(
        "FirstWeeks", mean=serializers.FloatField(), answered=serializers.IntegerField()
    )


class PatternSpan(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)


# Charts of one range of dates; every list has one item a bin.
TRENDS = inline_serializer(
    "Trends",
    {
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "bin": serializers.ChoiceField(BINS),
        "dates": serializers.ListField(child=serializers.DateField()),
        "as_of_seq": serializers.IntegerField(),
        "reviewed_seq": serializers.IntegerField(),
        "series": serializers.DictField(child=ChartSeries()),
        "patterns": PatternSpan(many=True),
    },
)


@dataclass(frozen=True, slots=True)
class Chart:
    """The dates of a chart and how they are put together: `starts` are indices of days."""

    first: date
    last: date
    bin: str
    dates: list[date]
    starts: np.ndarray
    ends: np.ndarray


class TrendsView(APIView):
    @extend_schema(
        operation_id="read_trends",
        summary="Charts: values, fortnight means, your usual, and pattern spans",
        parameters=[
            words.FROM,
            words.TO,
            words.text_parameter(
                "measures", "Measures and symptoms by name, trackers by id, with commas."
            ),
            words.choice_parameter("bin", "What one point stands for.", BINS),
        ],
        responses=words.answers({200: TRENDS, 304: None}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        query = read_query(request, {"from", "to", "measures", "bin"})
        diary = request.user.diary
        today = diary.today(now)
        last = date_parameter(query["to"], "to", now) if "to" in query else today
        first = max(FIRST_DATE, last - timedelta(days=DAYS - 1))
        first, last = date_range(query, first, last, now)
        chart = _chart(first, last, query.get("bin"))
        headers = {**KEPT, "ETag": computed_tag(request, diary, today)}
        if is_known(request, headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        vault = request.user.datakey.open()
        scales = _scales(vault, query.get("measures", MEASURES))
        since = min(first - timedelta(days=FORTNIGHT - 1), last - _USUAL_FIRST)
        days = _recorded(vault, since, last)
        begun = record.first_date(vault, *RECORDED)
        early = _early(vault, begun)
        return Response(
            {
                "from": first.isoformat(),
                "to": last.isoformat(),
                "bin": chart.bin,
                "dates": [day.isoformat() for day in chart.dates],
                "as_of_seq": diary.seq,
                "reviewed_seq": diary.reviewed_seq,
                "series": {
                    name: series_json(name, scale, chart, since, days, begun, early)
                    for name, scale in scales.items()
                },
                "patterns": [
                    span_json(pattern)
                    for pattern in patterns_of(vault, today)
                    if _touches(pattern, first, last)
                ],
            },
            headers=headers,
        )


def series_json(
    name: str,
    scale: Mapping[str, Any],
    chart: Chart,
    since: date,
    days: Mapping[date, Day],
    begun: date | None,
    early: Mapping[date, Day],
) -> dict[str, Any]:
    """One measure's chart. `since` is the first date that `days` were read for."""
    values, lows, highs = _values(name, days, since, chart.last)
    offset = (chart.first - since).days
    bins = bin_days(values[offset:], chart.starts, lows[offset:], highs[offset:])
    means, answered = fortnight_means(values[offset - FORTNIGHT + 1 :])
    return {
        **scale,
        "value": _rounded(bins.mean),
        "n": bins.answered.tolist(),
        "min": _rounded(bins.low),
        "max": _rounded(bins.high),
        "fortnight": {
            "mean": _rounded(means[chart.ends]),
            "answered": answered[chart.ends].tolist(),
        },
        "usual": _usual(values, chart.last),
        "line": _line(values, chart.last),
        "first_weeks": _first_weeks(name, begun, early),
    }


def span_json(pattern: Told) -> dict[str, Any]:
    return {
        "id": str(pattern.id),
        "kind": pattern.kind,
        "opened_on": pattern.opened_on.isoformat(),
        "closed_on": pattern.closed_on and pattern.closed_on.isoformat(),
    }


def _chart(first: date, last: date, bin: str | None) -> Chart:
    """The bins of a range. Raises BadParameter for more of them than a chart can show."""
    if bin is not None and bin not in BINS:
        raise BadParameter("bin", "choice", f"bin is one of {', '.join(BINS)}.")
    dates = dates_between(first, last)
    bin = bin or ("week" if len(dates) > WEEKS_FROM else "day")
    begins = [_bin_start(day, bin) for day in dates]
    starts = [at for at, day in enumerate(begins) if at == 0 or day != begins[at - 1]]
    if len(starts) > MOST_BINS:
        detail = f"That is {len(starts)} points; at most {MOST_BINS}. Ask for weeks or months."
        raise BadParameter("from", "range", detail)
    ends = [*(at - 1 for at in starts[1:]), len(dates) - 1]
    return Chart(first, last, bin, [begins[at] for at in starts], np.array(starts), np.array(ends))


def _bin_start(day: date, bin: str) -> date:
    match bin:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return day


def _scales(vault, measures: str) -> dict[str, dict[str, Any]]:
    """Each asked measure, symptom or tracker with its scale. Raises BadParameter."""
    names = dict.fromkeys(measures.split(","))
    ids = {name: read_id(name) for name in names if name not in SCALES}
    trackers = record.read_several(vault, "trackers", filter(None, ids.values())) if ids else {}
    scales = {}
    for name in names:
        if scale := SCALES.get(name):
            scales[name] = {
                "label": in_words.label(scale),
                "unit": in_words.unit(scale),
                "low": scale.low,
                "high": scale.high,
                "worse": scale.worse,
            }
            continue
        tracker = trackers.get(ids[name], NOTHING)
        if tracker.deleted:
            raise BadParameter("measures", "choice", f"There is no measure {shown(name)}.")
        scale = whole_tracker(tracker.fields)
        scales[ids[name]] = {
            "label": scale["name"],
            **{field: scale.get(field) for field in ("unit", "low", "high", "worse")},
        }
    return scales


def _recorded(vault, first: date, last: date) -> dict[date, Day]:
    """The days from `first` to `last` on which something was kept."""
    return days_since({vault.user: vault}, [vault.user], first, last)[vault.user]


def _values(
    name: str, days: Mapping[date, Day], first: date, last: date
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each day's value, lowest and highest, ``(days,)`` each; NaN where it was not recorded."""
    stands = name if name in SCALES else f"trackers/{name}"
    values, lows, highs = np.full((3, (last - first).days + 1), np.nan)
    for on, day in days.items():
        if first <= on <= last and (value := day.exact(stands)) is not None:
            at = (on - first).days
            values[at] = value
            lows[at], highs[at] = day.range(stands, value)
    return values, lows, highs


def _early(vault, begun: date | None) -> dict[date, Day]:
    """The diary's first eight weeks."""
    if begun is None:
        return {}
    return _recorded(vault, begun, begun + timedelta(days=FIRST_DAYS - 1))


def _usual(values: np.ndarray, last: date) -> dict[str, Any] | None:
    mean = rounded(usual_means(values)[0])
    if mean is None:
        return None
    first, until = last - _USUAL_FIRST, last - timedelta(days=USUAL_ENDS)
    return {"mean": mean, "from": first.isoformat(), "to": until.isoformat()}


def _line(values: np.ndarray, last: date) -> dict[str, Any] | None:
    slope = fortnight_line(values).slope
    if np.isnan(slope):
        return None
    first = last - timedelta(days=FORTNIGHT - 1)
    return {"per_week": rounded(7 * slope), "from": first.isoformat(), "to": last.isoformat()}


def _first_weeks(name: str, begun: date | None, early: Mapping[date, Day]) -> dict[str, Any] | None:
    if begun is None:
        return None
    until = begun + timedelta(days=FIRST_DAYS - 1)
    mean, answered = first_weeks(_values(name, early, begun, until)[0])
    if np.isnan(mean):
        return None
    return {
        "mean": rounded(mean),
        "answered": int(answered),
        "from": begun.isoformat(),
        "to": until.isoformat(),
    }


def _touches(pattern: Told, first: date, last: date) -> bool:
    return not pattern.withdrawn_reason and pattern.opened_on <= last and pattern.last_day >= first


def _rounded(values: Sequence[float]) -> list[float | None]:
    return [rounded(value) for value in values]
