"""The plots, each as one chart of altair's: the page and the PNG are made of the same."""
