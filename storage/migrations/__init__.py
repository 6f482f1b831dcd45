"""How the tables came to be: one revision a file in versions/, never changed once released."""
