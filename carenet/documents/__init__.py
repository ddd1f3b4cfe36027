"""Documents: uploaded files, and papers frozen for good with their number and fingerprint.

Verbs: freeze, keep, read, verify; pdf.render and word.render make the bytes. Source: architecture.md §2; domain.md
§7.3 (sealed minutes); ux.md §6.7.
"""
