# Decodes and resizes images with Pillow as CLIP does, for `clipstream bench decode`. Prints {"ready": VERSION}, then one
# line of JSON for each line that it reads: {"way": "full" or "draft", "repeats": N, "files": [PATH, ...]}.
import io
import json
import sys
import time

from PIL import Image, __version__, features

SIDE = 224


def prepare(image):
    width, height = image.size
    if width <= height:
        scaled = (SIDE, SIDE * height // width)
    else:
        scaled = (SIDE * width // height, SIDE)
    image = image.convert("RGB").resize(scaled, Image.BICUBIC)
    left, top = round((scaled[0] - SIDE) / 2), round((scaled[1] - SIDE) / 2)
    return image.crop((left, top, left + SIDE, top + SIDE))


def run(way, encoded):
    image = Image.open(io.BytesIO(encoded))
    if way == "draft":
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
    prepare(image)


print(json.dumps({"ready": f"Pillow {__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}"}), flush=True)
contents = {}
for line in sys.stdin:
    asked = json.loads(line)
    for path in asked["files"]:
        if path not in contents:
            with open(path, "rb") as file:
                contents[path] = file.read()
    begin = time.process_time()
    for _ in range(asked["repeats"]):
        for path in asked["files"]:
            run(asked["way"], contents[path])
    print(json.dumps({"cpuSeconds": time.process_time() - begin}), flush=True)
