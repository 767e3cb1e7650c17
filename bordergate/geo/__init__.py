"""Where things are: areas by code, and their columns."""

from bordergate.geo.areas import EARTH_RADIUS_M, AreaIndex, BadAreas, areas_of, size_m2, smallest_covering
from bordergate.geo.columns import Outline, outline_column
from bordergate.geo.locate import BadLine, locate

__all__ = [
    "EARTH_RADIUS_M",
    "AreaIndex",
    "BadAreas",
    "BadLine",
    "Outline",
    "areas_of",
    "locate",
    "outline_column",
    "size_m2",
    "smallest_covering",
]
