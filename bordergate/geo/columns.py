"""Areas in the database: a column that takes and gives shapely geometries."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, Dialect, TypeDecorator

WGS84 = 4326


class Outline(TypeDecorator[BaseGeometry]):
    """An area's outline in degrees of longitude and latitude, stored by PostGIS."""

    impl = Geometry
    cache_ok = True

    def __init__(self, geometry_type: str = "POLYGON", srid: int = WGS84, **options: Any) -> None:  # noqa: ANN401 - PostGIS's options
        super().__init__(geometry_type=geometry_type, srid=srid, **{"spatial_index": False, **options})

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> WKBElement | None:  # noqa: ARG002 - SQLAlchemy's shape
        """The outline as PostGIS takes it."""
        return None if value is None else from_shape(value, srid=WGS84)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> BaseGeometry | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The outline as shapely takes it."""
        return None if value is None else to_shape(value)


def outline_column(name: str = "outline", *, nullable: bool = False) -> Column[BaseGeometry]:
    """A column of one polygon a row; areas are few, so it has no index."""
    return Column(name, Outline(), nullable=nullable)
