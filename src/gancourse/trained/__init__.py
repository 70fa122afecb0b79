"""The shipped models put to use: they draw pictures, detect masks and enlarge photographs."""
