"""The addresses of SuiteCRM's two interfaces: requests in their wire formats on one side, services on the other."""
