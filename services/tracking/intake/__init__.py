"""The intake: the one HTTP process with a producer, on the port that tracking devices know."""
