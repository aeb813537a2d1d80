"""The trained model: its network, and in `tagger/` the weights, their settings and the model card (`README.md`)."""
