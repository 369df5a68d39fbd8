#!/usr/bin/env python3
"""Writes the small bundles of src/test/resources/models/exports with the original libraries.

    make.py OUT [NAME…]
"""

import shutil
import sys
from pathlib import Path

import huggingface
import mclip
import openclip
import originals

BUNDLES = {**openclip.BUNDLES, **huggingface.BUNDLES, **mclip.BUNDLES}


def main():
    out = Path(sys.argv[1]).resolve()
    pictures = originals.open_pictures(out / "pictures")
    for name in sys.argv[2:] or BUNDLES:
        shutil.rmtree(out / name, ignore_errors=True)
        BUNDLES[name](out / name, pictures)
    shutil.rmtree(out / ".scratch", ignore_errors=True)


if __name__ == "__main__":
    main()
