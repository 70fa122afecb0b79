"""The shipped models put to use: they draw pictures, detect masks, enlarge photographs and find what doesn't belong."""
