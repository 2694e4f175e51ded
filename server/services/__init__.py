"""What the appliance can do. One file per noun; the permission check is the first line; rows, event and audit commit together."""
