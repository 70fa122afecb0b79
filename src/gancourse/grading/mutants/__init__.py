"""The graders turned on themselves: wrong and right answers, run and judged by the thousand."""
