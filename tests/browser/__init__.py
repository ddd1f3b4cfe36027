"""Pages in a real Chromium: clean for readers, for the content policy, and for our own eyes."""
