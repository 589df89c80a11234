"""What every test may use. The databases: see `tests/databases.py`."""

pytest_plugins = ["tests.databases"]
