"""Elders: whom the station cares for, what they need, and how old that knowledge is.

The committee registers people of 60 and over (singly or from a file), social workers assess them by GB/T 42195,
the station suggests a colour with its reasons and a person decides. Any party's touch resets the contact clock;
what is due is derived from facts and reminded of once. Other apps write facts down here (touches, risk events) and
read reports; arrows never point up.

Verbs: registry (register, move, pause, resume, leave, die, undo, update_facts, assign_owner, add_category), contacts
(touch, touch_many, take_back, add_contact, give_mandate, give_consent, note_risk, raise_silence, handle_concern),
assessments (start, answer, sign, sign_many, declare_void), triage (suggest, suggest_many, confirm, confirm_many),
reassessment (remind), help_cards (issue, revoke), importing (upload, enter, cancel, take_back).
Sources: S4 (colours, half-yearly assessment, quarterly archive), S0-16, GB/T 42195-2022, domain.md §1 and §2.
"""
