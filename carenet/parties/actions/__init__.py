"""areas.add, areas.open_community · people.register, people.rename, people.change_phone · organisations.register, join."""
