"""Promise suites: plain pytest classes that say what a source and a sink promise, for authors of connectors to run.

A test module subclasses :class:`SourcePromises` or :class:`SinkPromises` and gives a fixture ``subject`` that puts up the other
side; every inherited test then holds the connector to one promise of :mod:`auld.contract`::

    from auld.testing import SourcePromises

    class TestMySource(SourcePromises):
        @pytest.fixture
        def subject(self) -> MySubject: ...
"""

from auld.testing.sinks import SinkPromises, SinkSubject
from auld.testing.sources import SourcePromises, SourceSubject

__all__ = ["SinkPromises", "SinkSubject", "SourcePromises", "SourceSubject"]
