"""Submissions that go wrong, by kind, and some that only look odd. How to add one: `case.py`."""
