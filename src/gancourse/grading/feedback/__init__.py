"""What a learner is told: pages without anything hidden or anything that runs, written and handed out."""
