"""Estimates arranged as tables, tested, and made safe to show."""
