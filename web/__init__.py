"""The browser's side and the command line: pages, JSON, the way onto a call."""
