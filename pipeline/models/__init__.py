"""The trained model: its network, and in `tagger/` the weights, their settings and the model card (`README.md`)."""

from pathlib import Path

SHIPPED = Path(__file__).with_name("tagger")
"""The tagger that comes with the program; it can be named without loading the network."""
