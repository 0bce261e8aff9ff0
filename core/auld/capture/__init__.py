"""Listening: what the user typed into an entry becomes notes, promises, questions and interests.

:mod:`auld.capture.lines` tells the user's lines from auld's and ticks those that were taken in; :mod:`auld.capture.reading`
says what one line means; :mod:`auld.capture.dates` finds the day in it; :mod:`auld.capture.decide` puts them together into the
event ``entry.captured``. It is a decision of the daemon's like those of the planner: folds find its result in the log.
"""
