"""How a declaration is written elsewhere, and read here: fields one by one, VNACCS's JSON, WCO's XML."""
