"""The use cases of meetings; import the module, call the verb: `agenda.prepare(...)`."""
