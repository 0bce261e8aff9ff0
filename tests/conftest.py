"""Fixtures shared by all tests live in ``tests/support``; each module there is a small pytest plugin."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["support.databases", "support.dav_servers", "support.feed_server", "support.logs"]

# "ci" is quick and the same every time; "soak" is for the nightly target.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
