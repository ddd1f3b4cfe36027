"""Real servers in throw-away folders: started, shared, killed, found again."""
