"""Deliver the disk of an appliance to where its VMs start, and prune what was delivered before."""
