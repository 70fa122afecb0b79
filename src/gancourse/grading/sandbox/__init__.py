"""Where learners' code runs: the box, the processes in it, a notebook's session, a trial of the box itself."""
