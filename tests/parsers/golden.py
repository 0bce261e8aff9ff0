"""What the samples read as, written down. After a wanted change: ``python tests/parsers/golden.py`` writes the files anew; look
at the difference before you commit it, and raise the module's NORMALISER."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from auld_connectors._ical import read_object
from auld_connectors._vcard import read_card

SAMPLES = Path(__file__).parent / "samples"


def sample_names() -> list[str]:
    return sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".vcf", ".ics"))


def reading_of(name: str) -> dict[str, Any]:
    """The reading of a sample as plain JSON values; of the raw body only whether anything was cut out of it."""
    raw = (SAMPLES / name).read_bytes()
    reading = read_card(raw) if name.endswith(".vcf") else read_object(raw)
    return {
        "observation": msgspec.json.decode(msgspec.json.encode(reading.observation)),
        "problem": reading.problem,
        "fingerprint": reading.fingerprint,
        "cut": len(reading.raw) < len(raw) - 3,
    }


def golden_path(name: str) -> Path:
    return SAMPLES / f"{name}.json"


if __name__ == "__main__":
    for sample in sample_names():
        encoded = msgspec.json.format(msgspec.json.encode(reading_of(sample)), indent=1)
        golden_path(sample).write_bytes(encoded + b"\n")
