"""The queue's history as open data: by hour and by day, each route and direction, nobody recognisable (decision 5)."""
