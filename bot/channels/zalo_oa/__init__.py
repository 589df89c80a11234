"""Zalo Official Account (OpenAPI v3). What is uncertain about the protocol is a setting: docs/channels/zalo-oa.vi.md."""
