"""The REST root and its offline documentation. Each app brings its own calls; nothing of a domain stands here."""
