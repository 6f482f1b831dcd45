"""What outlives the process: people, calls, recordings, reviews."""
