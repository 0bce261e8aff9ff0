"""The built-in reasons enter as a plugin's would: through the hook."""

from __future__ import annotations

import pluggy

import auld.reasons
from auld import hooks


def test_the_hook_hands_over_every_reason_once() -> None:
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(auld.reasons)
    manager.check_pending()
    (reasons,) = manager.hook.auld_reasons()
    assert sorted(reason.id for reason in reasons) == [
        "anniversary",
        "assess",
        "awaiting",
        "birthday",
        "brief",
        "cadence",
        "debrief",
        "dormant",
        "hobby",
        "insight",
        "intro_thanks",
        "introduction",
        "lunch",
        "new_role",
        "post",
        "press",
        "promise",
        "question",
        "review",
        "travel",
        "work_anniversary",
    ]
    assert all(reason.summary for reason in reasons)
