"""Benchmarks: what Fortnight's rules find in made-up diaries whose truth is known.

``worlds`` makes diaries, ``trials`` looks them over, ``counting`` counts what was found,
``goals`` judges it, ``detection`` runs all of it and writes the page. Nothing here knows a
database; figures are about simulated diaries and say nothing about people.
"""
