"""What can be done with accounts; call through the module: `people.grant(...)`, `sign_in.by_password(...)`."""
