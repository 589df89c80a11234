"""The parts of `tables_io`: sheets in and out, rows into entries, entries into a folder of YAML files."""
