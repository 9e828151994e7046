"""`python -m modules.catalog.demo FOLDER` draws the pictures of the demo's goods."""

import sys
from pathlib import Path

from modules.catalog.demo.pictures import draw_all

if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
