"""What passes between connector and driver shows no secret when it is printed."""

from __future__ import annotations

from connectors.sdk.values import Context, Subscription


def test_a_printed_context_holds_no_secret() -> None:
    context = Context(config={"apiKey": "hunter2"}, hook_secret="hunter3", fields={"instance_url": "https://x.example"})
    assert "hunter" not in repr(context)
    assert "hunter" not in repr(Subscription("1", "topic", secret="hunter4"))
