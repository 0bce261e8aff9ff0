"""The look at a quarter: what was done, where the relationships are concentrated, which ties warm or cool, and what to do.

Everything here is derived from a view when it is asked for, and nothing says who owes whom.
"""
