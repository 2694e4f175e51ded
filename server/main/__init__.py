"""Putting the parts together: the processes of the appliance and the commands that start them."""
