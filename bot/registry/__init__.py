"""The one-stop system as a source of dossiers: read by polling, or telling us by its webhook (docs/registry.md)."""
