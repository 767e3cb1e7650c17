"""When a waiting truck will be called, with a range that is corrected by how earlier ranges turned out; pure."""
