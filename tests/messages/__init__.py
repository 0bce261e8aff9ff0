"""What auld says to the user, and whether every language has it."""
