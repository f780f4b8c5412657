"""Provisioning reports of Cloudwork, as a person downloads them."""
