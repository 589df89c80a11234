"""The web chat: a page of our own that works with and without script."""
