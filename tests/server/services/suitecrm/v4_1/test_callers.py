"""A module that is not there is fault 20."""

from __future__ import annotations

import pytest

from server.services.suitecrm.v4_1.callers import module_of
from server.services.suitecrm.v4_1.faults import NO_MODULE, Refused


def test_a_module_is_found_by_its_name_and_by_that_of_its_records() -> None:
    assert module_of("Contacts") is module_of("Contact")


@pytest.mark.parametrize("name", ["", "contacts; --", "Nothing", "__init__"])
def test_a_module_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        module_of(name)
    assert caught.value.fault == NO_MODULE
