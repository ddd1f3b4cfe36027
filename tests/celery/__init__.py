"""Real faults: workers killed, the broker frozen, emptied or gone, two beats at once."""
