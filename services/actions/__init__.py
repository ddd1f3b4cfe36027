"""The use cases of the services app, one module a capability."""
