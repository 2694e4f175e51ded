"""Work in the background: the queue that wakes, the delivery loop, and the table of what runs when."""
