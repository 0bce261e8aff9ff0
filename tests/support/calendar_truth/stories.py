"""All the stories."""

from __future__ import annotations

from support.calendar_truth import attendance, changes, copies, entries, odd, series
from support.calendar_truth.story import Story

STORIES: list[Story] = [
    each
    for module in (attendance, changes, series, entries, copies, odd)
    for each in vars(module).values()
    if isinstance(each, Story)
]
