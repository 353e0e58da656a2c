import os
import pytest
from hypothesis import HealthCheck, given, settings, Phase
from tests.diary.test_recompute import histories, live_and_compare
pytestmark = pytest.mark.django_db

@settings(max_examples=int(os.environ["BIG"]), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(history=histories)
def test_big(db, history):
    live_and_compare(history)
