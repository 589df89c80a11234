"""Zalo Official Account, OpenAPI v3. What is uncertain about it is a setting: docs/channels/zalo-oa.vi.md."""
