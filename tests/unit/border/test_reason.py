"""What people write in their own words names nobody."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from bordergate.border import Reason
from bordergate.border.reason import names_somebody


class Cancelled(BaseModel):
    reason: Reason


@pytest.mark.parametrize(
    "words",
    [
        "lái xe 0912345678 ốm",
        "gọi 0912.345.678",
        "+84 912 345 678",
        "手机13812345678",
        "CCCD 020095012345",
        "MST 0101234567",
        "write to driver@demo.example",
    ],
)
def test_a_reason_with_a_person_s_number_or_address_is_refused(words: str) -> None:
    assert names_somebody(words)
    with pytest.raises(ValidationError, match=r"reason\.names_somebody"):
        Cancelled(reason=words)


@pytest.mark.parametrize(
    "words",
    [
        "hàng không xuất nữa",
        "xe 12C-123.45 hỏng, thay 29H-543.21",
        "công-te-nơ CSQU3054383",
        "tờ khai 308000000001 nhầm",
        "từ 2026-05-04 10:30 đến 5/5/2026 12:00",
        "LSG-260504-7K2QD-B",
        "18 000 kg, 24.000 kg",
    ],
)
def test_a_reason_may_name_goods_trucks_and_times(words: str) -> None:
    assert Cancelled(reason=words).reason == words
