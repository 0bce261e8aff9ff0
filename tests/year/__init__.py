"""A simulated year: a town of people, what happens to them, and a user who does some of what auld asks. See docs/year.md."""
