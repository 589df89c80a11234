"""The officers' desk at a province's size: a filled database, and what its pages cost there."""
