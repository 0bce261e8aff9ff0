"""The heart of auld: the log, what is read from it, and what a plugin promises. No network, no wall clock."""
