"""The manual is held against the program: what is missing in one of them, or only there, fails."""
