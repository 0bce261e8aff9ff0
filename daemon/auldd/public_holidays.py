"""Public holidays of countries and their regions, as dates. The library that knows them is imported when they are wanted."""

from __future__ import annotations

from functools import lru_cache

YEARS = 3
"""From the present one on: the horizon is a year at most, and the calendar reaches 13 weeks."""


def check(place: str) -> None:
    """Raises ValueError, in words for the user, unless ``place`` is a country (``PT``) or a region of one (``DE-BY``)."""
    from holidays import list_supported_countries

    country, _, region = place.partition("-")
    regions = list_supported_countries(include_aliases=False).get(country)
    if len(country) != 2 or regions is None:
        raise ValueError(f"{place!r} is no country whose holidays are known; it must be a code (ISO 3166) such as PT or DE-BY")
    if region and region not in regions:
        known = ", ".join(f"{country}-{each}" for each in regions) or f"only {country}"
        raise ValueError(f"{place!r} is no region whose holidays are known; there are: {known}")


@lru_cache(maxsize=4)
def dates(places: tuple[str, ...], year: int) -> tuple[str, ...]:
    """The holidays of all the places from ``year`` on, ISO dates in order. Each place has passed :func:`check`."""
    if not places:
        return ()
    from holidays import country_holidays

    found: set[str] = set()
    for place in places:
        country, _, region = place.partition("-")
        days = country_holidays(country, subdiv=region or None, years=range(year, year + YEARS))
        found.update(day.isoformat() for day in days)
    return tuple(sorted(found))
