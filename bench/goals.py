"""What the detectors must reach on simulated diaries. Detection notes, section D.

A goal is missed when the whole 95 % interval of its figure lies on the wrong side of its bound;
an aim is printed beside it and judged by nobody.
"""

from typing import NamedTuple

from bench.counting import Count
from bench.figures import (
    Results,
    covered,
    delay,
    found,
    mixed,
    part,
    pooled_rate,
)
from bench.intervals import Figure
from bench.knee import Knee
from bench.trials import Group, Result

USUAL_MISSING = 0.3  # the share of missing days at which most goals are set


class Goal(NamedTuple):
    of: str
    figure: Figure
    least: float | None = None
    most: float | None = None
    aim: float | None = None

    @property
    def missed(self) -> bool:
        """Whether even the friendlier end of the interval is beyond a bound."""
        below = self.least is not None and self.figure.high < self.least
        above = self.most is not None and self.figure.low > self.most
        return below or above

    @property
    def reached(self) -> bool:
        """Whether the figure itself is on the right side of every bound."""
        least, most = self.least, self.most
        value = self.figure.value
        return (least is None or value >= least) and (most is None or value <= most)


def pattern_goals(results: Results) -> list[Goal]:
    """Goals of the symptom pattern."""

    def ours(kind: str, missing: float = USUAL_MISSING) -> Count:
        return results[Group(kind, missing)].ours

    healthy = pooled_rate(ours("healthy"), ours("chronic pain"))
    return [
        Goal("Episodes found, nothing missing", part(ours("episode", 0).within), least=0.98),
        Goal("Episodes found", part(ours("episode").within), least=0.93),
        Goal("Borderline episodes found", part(ours("borderline").within), least=0.73, aim=0.80),
        Goal("Episodes found, half missing", part(ours("episode", 0.5).within), aim=0.85),
        Goal("Median days after the 14th day", delay(ours("episode"), 0.5), most=1),
        Goal("Days after the 14th day, nine of ten", delay(ours("episode"), 0.9), most=14),
        Goal("Openings a year, healthy and chronic pain", healthy, most=0.02),
        Goal("Opened: 3–4 symptoms", part(ours("3-4 symptoms").openings > 0), most=0.05),
        Goal("Opened: no core symptom", part(ours("no core").openings > 0), most=0.05),
    ]


def worsening_goals(results: Results) -> list[Goal]:
    """Goals of pain and mood worsening together."""

    def of(kind: str, missing: float = USUAL_MISSING, harsh: bool = False) -> Result:
        return results[Group(kind, missing, harsh)]

    joint = of("together")
    return [
        Goal("Found", found(joint.ours), least=0.80, aim=0.85),
        Goal("Found, both by 2 points or more", found(joint.ours, joint.large), least=0.90),
        Goal("Found, half missing", found(of("together", 0.5).ours), least=0.66, aim=0.76),
        Goal("Median days from the ramp's start", delay(joint.ours, 0.5), most=26),
        Goal("Median days, abrupt", delay(of("abrupt").ours, 0.5), most=16),
        Goal("False alarms a year", mixed(results, USUAL_MISSING), most=0.12, aim=0.08),
        Goal("False alarms a year, harsh", mixed(results, USUAL_MISSING, True), most=0.20),
        Goal("Opened: pain only", part(of("pain only").ours.aside), most=0.11),
        Goal("Opened: mood only", part(of("mood only").ours.aside), most=0.11),
        Goal("90 % intervals hold", covered(joint.coverage.any_day), least=0.88, most=0.97),
        Goal(
            "90 % intervals hold, harsh",
            covered(of("together", harsh=True).coverage.any_day),
            least=0.85,
            most=0.97,
            aim=0.88,
        ),
    ]


def knee_goals(knee: Knee) -> list[Goal]:
    """Goals on the real diary; its alarms are a count, not a sample."""
    alarms = float(knee.alarms)
    return [
        Goal("Real diary made worse by 2 points: found", found(knee.injected), least=0.94),
        Goal("Real diary as it is: alarms", Figure(alarms, alarms, alarms), most=1),
    ]
