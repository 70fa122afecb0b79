"""What is kept of grading: nbgrader's gradebook, the records of every attempt, exports and statistics of both."""
