"""What is read of the register: triage inputs, intervals, look-alikes, timelines, monthly figures."""
