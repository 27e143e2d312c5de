"""The look: asks configuration, daemons, files and clouds, and turns each silence into Unknown."""
