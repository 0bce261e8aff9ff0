"""The built-in connectors. They enter through the same entry point as anybody's plugin."""
