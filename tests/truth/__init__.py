"""How right auld is: a made-up world whose true people and true meetings are known, read by the real parsers and folds.

* ``labels``: what is known to be true of the world, and when auld looks at it
* ``names``, ``people``: who lives in it
* ``cards``, ``vcards``: their cards, as people keep them, in the spelling of several programs
* ``calendars``, ``rows``, ``series``, ``odd``, ``icals``: the user's calendars and their changes
* ``world``: all of it, from a seed
* ``measure``: gives the texts to auld, asks it, and compares; ``user``: merges and splits people where auld is wrong

All but these two know nothing of auld: what they shared with it would be right by definition, and figures would mean nothing.
``python -m tests.truth`` (or ``make truth``) prints the figures; ``test_truth.py`` holds them to their floors.
"""
