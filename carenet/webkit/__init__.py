"""What every door needs: refusals, once-only posts, paging, tables in and out, charts, menus, the admin's base.

Verbs: `refusals.refusals_on`, `once.once`, `paging.page`, `excel.read_table`, `menu.register`, `dashboard.register`.
It holds no rule of the station; those live in the actions of the apps. Sources: architecture.md §3–4, ux.md §4–6.
"""
