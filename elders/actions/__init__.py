"""The use cases of the register. Import the module, call the verb: `registry.register(...)`."""
