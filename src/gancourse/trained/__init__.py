"""The shipped models put to use: they draw, translate, enlarge, detect masks and find what doesn't belong."""
