"""What the web chat and the officer console share: layout, headers, static files, forms, words for times."""
