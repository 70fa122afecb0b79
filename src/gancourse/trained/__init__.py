"""What shipped models do for a person: draw pictures, detect masks."""
