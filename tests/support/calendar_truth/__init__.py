"""The calendar truth table, told as stories: what stands on the server before each cycle, and what auld must make of it."""
