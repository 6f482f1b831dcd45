"""One file per command of rehearse."""
