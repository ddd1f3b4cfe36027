"""The use cases of the charity app: call them through their module, `donations.record(...)`."""
