"""From the bytes that were handed in to the assignment's form: read, matched with the release, laid over it."""
