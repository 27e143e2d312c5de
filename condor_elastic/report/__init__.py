"""The report: what a pool, or a simulation, did and why, as one page and as PNGs.

Only charts/ and page.py need the plotting library (altair, vl-convert-python); nothing else of ours imports them.
"""
