"""The GAHP: one program that gives HTCondor's gridmanager any cloud, chosen by the scheme of the service URL."""
