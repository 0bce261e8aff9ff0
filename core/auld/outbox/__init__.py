"""What should stand in the calendar against what does, and every step between.

The projection says what is *wanted*; the log's receipts say what was *written*. :func:`next_step` compares the two and names
one step for a follow-up; :class:`Outbox` takes it. Three habits make a follow-up at most one object (G2) and the user's
edit the last word (G1), on servers that ignore preconditions, lose answers, or rewrite what they are given:

* *Look first.* Every step begins with a direct look at the object. A step whose answer was lost is thus never repeated blindly:
  what it did is found, and only recorded.
* *Write only on what the log has seen.* If the object is not as the log knows it, the user was there: the step waits
  until the next pull has brought the edit in, and the projection has made up its mind about it.
* *Read back.* What the server holds after a write is what is recorded. If that is not what was sent, it enters the log behind
  the receipt as anybody's edit would; auld never fights over a field.
"""

from auld.outbox.box import Outbox
from auld.outbox.steps import Answer, Base, Delivered, Form, Missing, Step, Target, Wanted, next_step

__all__ = ["Answer", "Base", "Delivered", "Form", "Missing", "Outbox", "Step", "Target", "Wanted", "next_step"]
