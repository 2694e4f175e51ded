"""A service's models are built when they are first needed, and judge as if they had been there from the start."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from server.services.webhook_bodies import NewWebhook


def test_no_model_is_built_before_it_is_needed() -> None:
    complete = "print(model.__pydantic_complete__)"
    code = f"from server.services.legacy import LegacyView as model; {complete}; model(enabled=True, object='x'); {complete}"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "True"]


def test_a_model_built_late_still_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        NewWebhook.model_validate({"name": "Mine", "url": "https://example.com", "events": ["*"], "unknown": 1})
