"""Calls of vendors: the transport, who we are to them, when a call is made again, and the run that a connector's generator asks for."""
