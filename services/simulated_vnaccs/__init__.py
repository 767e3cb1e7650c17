"""VNACCS as a demonstration and the tests have it: answers by number as docs/vnaccs.md describes, in many moods."""
