"""Slack: the people and channels of a workspace, and the messages of one channel, which can be sent, changed and taken back."""
