"""Dose to drug, result to marker, date to event."""
