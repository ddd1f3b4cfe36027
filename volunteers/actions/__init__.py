"""The use cases of the volunteers: registry, time_bank, rules, rewards."""
