"""Reasons to get in touch, one module each. They enter through the hook ``auld_reasons``, like a plugin's."""
