"""Ask PanDA: how many jobs wait, what its queues are like, and how long our credentials last."""
