"""The pages, by audience; each module registers its own routes."""
