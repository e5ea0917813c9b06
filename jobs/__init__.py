"""When: the steps that a clock drives, the queue, the command."""
