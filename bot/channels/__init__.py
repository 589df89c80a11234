"""One module a channel: each only translates, in and out; no rule of the service lives here."""
