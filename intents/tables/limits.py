"""How large a list may be; a province has about 1,700 procedures, the country some 6,000."""

MAX_BYTES = 50_000_000  # of the file, and of what an Excel file unpacks to
MAX_RATIO = 100  # unpacked to packed; real sheets stay under 30
MAX_ROWS, MAX_COLUMNS = 100_000, 300
