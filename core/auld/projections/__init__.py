"""Pure folds of the log into state, and the queries that reasons, planner and command line ask of it."""
