"""Oracles are held at our rate of being wrong, on other people than those they are judged on."""

import numpy as np
import pytest

from bench import ceiling
from bench.ceiling import NEAR, Scores, ceiling_of_pattern, ceiling_of_worsening
from bench.counting import Count
from bench.pain_mood import MIX
from bench.plan import CHOOSING, FULL, JUDGING
from bench.trials import Group, Result

SIZE = FULL._replace(oracle=100)


def each(what, work, jobs):
    return [work(*job) for job in jobs]


def ours(people: int, found: float, wrong: float) -> Result:
    """A result in which these shares of people were found, and opened without reason."""
    within = np.arange(people) < found * people
    opened = np.arange(people) < wrong * people
    return Result(
        Count(
            within=within,
            already=np.zeros(people, bool),
            delay=np.where(within, 20.0, np.nan),
            openings=opened.astype(int),
            evaluable=np.full(people, 150),
            aside=opened,
        )
    )


def rising(trial) -> Scores:
    """An oracle for tests: where something happens 9 from day 90 on, else a level of chance."""
    rng = np.random.default_rng(trial.seed)
    happens = trial.group.kind in ("together", "episode", "borderline")
    score = np.repeat(rng.uniform(0, 6, (trial.people, 1)), 200, axis=1)
    score[:, :60] = 0
    if happens:
        score[:, 90:] = 9
    return Scores(score, np.full(trial.people, 80))


@pytest.mark.parametrize("wrong", [0.05, 0.2])
def test_the_oracle_of_worsening_is_as_often_wrong_as_we_are(monkeypatch, wrong):
    monkeypatch.setattr(ceiling, "ask_worsening", rising)
    kinds = {kind: ours(400, 0, wrong) for kind in (*MIX, "pain only", "mood only")}
    kinds["together"] = ours(400, 0.8, wrong)

    found = ceiling_of_worsening(each, SIZE, 1, {Group(k, 0.3): r for k, r in kinds.items()})

    assert found.oracle.value == pytest.approx(found.ours.value, rel=0.7)
    assert [row.of for row in found.rows] == ["found", "pain only: opened", "mood only: opened"]
    assert found.rows[0].ours.value == 0.8
    assert found.rows[0].oracle.value > 0.9
    assert found.rows[0].our_delay.value == 20
    assert found.rows[0].oracle_delay.value == 11


def test_the_oracle_of_the_pattern_opens_as_many_near_ones_as_we_do(monkeypatch):
    monkeypatch.setattr(ceiling, "ask_pattern", rising)
    kinds = {kind: ours(400, 0, 0.1) for kind in NEAR}
    kinds |= {"episode": ours(400, 0.9, 0), "borderline": ours(400, 0.7, 0)}

    found = ceiling_of_pattern(each, SIZE, 1, {Group(k, 0.3): r for k, r in kinds.items()})

    assert found.ours.value == 0.1
    assert found.oracle.value == pytest.approx(0.1, abs=0.06)
    assert [row.ours.value for row in found.rows] == [0.9, 0.7]
    assert [row.oracle.value for row in found.rows] == pytest.approx([1, 1], abs=0.15)


def test_nobody_is_both_chosen_on_and_judged_on(monkeypatch):
    asked = []

    def note(trial):
        asked.append((trial.group, trial.seed))
        return rising(trial)

    monkeypatch.setattr(ceiling, "ask_pattern", note)
    kinds = {kind: ours(40, 0.5, 0.1) for kind in (*NEAR, "episode", "borderline")}

    ceiling_of_pattern(each, SIZE, 1, {Group(k, 0.3): r for k, r in kinds.items()})

    assert len(set(asked)) == len(asked)
    assert {seed[1] for _, seed in asked} == {CHOOSING, JUDGING}
    # 100 people of a kind are two jobs of 50.
    assert sum(group.kind == "episode" for group, _ in asked) == 2
