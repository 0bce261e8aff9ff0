"""``auld report``: the look at a quarter as one HTML page. (:mod:`auldd.reports` is about what a cycle did.)"""
