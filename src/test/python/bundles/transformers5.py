#!/usr/bin/env python3
"""Saves a folder's processor again with transformers 5, whose files differ from those of transformers 4.

    transformers5.py FOLDER
"""

import json
import sys
from pathlib import Path

from transformers import CLIPImageProcessorPil, CLIPProcessor, CLIPTokenizer

folder = Path(sys.argv[1])
old = folder / "preprocessor_config.json"
settings = json.loads(old.read_text(encoding="utf-8"))
keys = ("size", "crop_size", "resample", "image_mean", "image_std")
tokenizer = CLIPTokenizer.from_pretrained(folder)
for name in ("preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
             "vocab.json", "merges.txt"):
    (folder / name).unlink(missing_ok=True)
CLIPProcessor(CLIPImageProcessorPil(**{key: settings[key] for key in keys}), tokenizer).save_pretrained(folder)
saved = folder / "tokenizer_config.json"
config = json.loads(saved.read_text(encoding="utf-8"))
config.pop("name_or_path", None)
saved.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
