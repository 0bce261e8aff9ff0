"""Reasons to get in touch, one module each. They enter through the hook ``auld_reasons``, like a plugin's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auld.hooks import hookimpl

if TYPE_CHECKING:
    from auld.reasons.base import Reason


@hookimpl
def auld_reasons() -> Sequence[Reason]:
    """The reasons that come with auld."""
    from auld.reasons.anniversary import Anniversary
    from auld.reasons.assess import Assess
    from auld.reasons.awaiting import Awaiting
    from auld.reasons.birthday import Birthday
    from auld.reasons.brief import Brief
    from auld.reasons.cadence import Cadence
    from auld.reasons.debrief import Debrief
    from auld.reasons.dormant import Dormant
    from auld.reasons.hobby import Hobby
    from auld.reasons.insight import Insight
    from auld.reasons.intro_thanks import IntroThanks
    from auld.reasons.introduction import Introduction
    from auld.reasons.lunch import Lunch
    from auld.reasons.new_role import NewJob
    from auld.reasons.post import Post
    from auld.reasons.press import Press
    from auld.reasons.promise import Promised
    from auld.reasons.question import Asked
    from auld.reasons.review import Review
    from auld.reasons.travel import Travel
    from auld.reasons.work_anniversary import WorkAnniversary

    return (
        Anniversary(),
        Assess(),
        Awaiting(),
        Birthday(),
        Brief(),
        Cadence(),
        Debrief(),
        Dormant(),
        Hobby(),
        Insight(),
        IntroThanks(),
        Introduction(),
        Lunch(),
        NewJob(),
        Post(),
        Press(),
        Promised(),
        Asked(),
        Review(),
        Travel(),
        WorkAnniversary(),
    )
