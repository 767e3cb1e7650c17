"""What the holder of a place or a call may do with it, and what that costs: by rules whose reason he reads."""
