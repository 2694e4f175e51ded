"""The desktop console: it reaches the appliance over HTTP and nothing else."""
