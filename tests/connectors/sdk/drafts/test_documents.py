"""Descriptions are taken in the forms that vendors publish; what is none is refused by its name."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk.drafts.documents import DescriptionError, openapi


@pytest.mark.parametrize(
    "document",
    [
        {"openapi": "3.1.0", "paths": {}},
        {"swagger": "2.0", "paths": {}},
        {"swagger": 2.0, "paths": {}},
        {"kind": "discovery#restDescription", "rootUrl": "https://x.example/"},
    ],
)
def test_each_form_becomes_openapi_3(document: dict[str, Any]) -> None:
    assert str(openapi(document)["openapi"]).startswith("3.")


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"asyncapi": "1.0.0"}, "AsyncAPI"),
        ({"metadata": {}, "shapes": {}}, "botocore"),
        ({"openapi": "3.1.0", "webhooks": {}}, "webhooks"),
        ({"openapi": "3.0.0"}, "none of these"),
        ({"openapi": "3.0.0", "paths": []}, "none of these"),
        ({"swagger": "1.2", "paths": {}}, "none of these"),
        ({}, "none of these"),
        ([], "none of these"),
        (None, "none of these"),
    ],
)
def test_what_is_no_description_is_refused_by_its_name(document: Any, named: str) -> None:
    with pytest.raises(DescriptionError, match=named):
        openapi(document)
