"""What the pages read from the projection."""
