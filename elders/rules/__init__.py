"""The rules themselves, as plain Python over plain data: scoring, triage colours, clock intervals. No models."""
