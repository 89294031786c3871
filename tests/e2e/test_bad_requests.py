"""Every bad request is answered with a clear problem, and what was taken is held where people see it."""

from pathlib import Path

import pytest

from local.bad_requests.run import send_all
from local.stack import Stack, StackOptions


@pytest.mark.slow
async def test_bad_requests_get_clear_answers_and_lose_nothing(tmp_path: Path) -> None:
    async with Stack(StackOptions(tmp_path)) as stack:
        answers = await send_all(stack)
    assert len(answers) >= 30
    assert [answer for answer in answers if answer.status >= 500] == []
    assert [answer for answer in answers if not answer.expected] == []
