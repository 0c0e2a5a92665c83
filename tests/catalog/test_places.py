from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.catalog import places as places_module
from omni_tui.catalog.places import each_of, lanes_of, of_lanes, places_of, united

SIZE = 300
some = st.sets(st.integers(0, SIZE - 1), max_size=60)


@pytest.fixture(autouse=True, scope="module", params=[0.0, 1.0])
def ways(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sets of few and of many are made, and gone through, in another way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places_module, "_SHARE_OF_LANES", request.param)
        patch.setattr(places_module, "_SHARE_OF_BYTES", request.param)
        yield


@given(some, some)
def test_sets_of_places_are_sets(one: set[int], other: set[int]) -> None:
    ones, others = places_of(list(one), SIZE), places_of(list(other) * 2, SIZE)
    assert list(each_of(ones)) == sorted(one)
    assert list(each_of(ones & others)) == sorted(one & other)
    assert list(each_of(ones & ~others)) == sorted(one - other)
    assert list(each_of(united([ones, others]))) == sorted(one | other)
    assert ones.bit_count() == len(one)


@given(some)
def test_each_place_has_a_lane(one: set[int]) -> None:
    lanes = lanes_of(places_of(one, SIZE), SIZE)
    assert lanes == bytes(at in one for at in range(SIZE))
    assert of_lanes(lanes) == of_lanes(bytearray(lanes)) == places_of(one, SIZE)
