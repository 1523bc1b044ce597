"""The known faults, one file an interface or a mechanism."""
