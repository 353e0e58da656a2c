"""Exports: asked for over the API, written by a job, sealed in parts, taken away after a day."""
