"""A loopback stand-in for a PanDA server, and a small pilot for it; for the demonstration and the tests only."""
