"""The shipped models put to use: they draw pictures and detect masks."""
