"""Where a team lead writes scenarios: the library, the form, the check before publishing."""
