"""From a transcript to a scorecard; pure, but for the transcriber it is handed."""
