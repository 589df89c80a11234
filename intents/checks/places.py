"""Where people are sent: an address on the map must lie in the province."""

from collections.abc import Iterator

from intents.catalog import Catalog
from intents.loader import Loaded
from intents.problems import Problem


def check(loaded: Loaded, catalog: Catalog) -> Iterator[Problem]:
    bounds = catalog.province.bounds
    for index, office in enumerate(catalog.offices):
        latitude, longitude = office.latitude, office.longitude
        if latitude is None and longitude is None:
            continue
        place = loaded.place_in("offices", index, "latitude")
        if latitude is None or longitude is None:
            what = f"Nơi tiếp nhận {office.id} mới có một nửa tọa độ."
            yield Problem(place.file, place.line, "coordinates", what, "Ghi đủ `latitude` và `longitude`.")
        elif bounds and not bounds.hold(latitude, longitude):
            what = f"Tọa độ {latitude}, {longitude} của {office.id} nằm ngoài tỉnh."
            remedy = "Xem lại hai số, có khi vĩ độ và kinh độ bị đổi chỗ."
            yield Problem(place.file, place.line, "coordinates", what, remedy)
