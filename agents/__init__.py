"""The two that act: the buyer who talks, and the reviewer who listens afterwards."""
