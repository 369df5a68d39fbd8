"""Writes scenes.csv: cosines and uncalibrated probabilities of painted scenes, whose labels are known.

    clipstream scenes --suite concepts-100 --suite concepts-all --out S
    clipstream tag --labels multi.yaml --all --json S/concepts-100 S/concepts-all > S/tags.jsonl
    python3 scenes.py S/tags.jsonl > scenes.csv

multi.yaml is S/concepts-100/labels.yaml with mode: multi. The file has the first 20 labels: ten scenes that show each of
them, 100 scenes of other labels and 100 of things that no label names. A row is the label that the scene shows, or
nothing; then cosine and probability of each label, an empty one below 0.0005.
"""

import json
import sys

scenes = []
for line in open(sys.argv[1], encoding="utf-8"):
    medium = json.loads(line)
    suite, concept, _ = medium["input"].split("/")[-3:]
    scenes.append((suite, concept, {tag["label"]: tag for tag in medium["tags"]}))
known = sorted(scenes[0][2])
labels = known[:20]
shown = [scene for scene in scenes if scene[0] == "concepts-100" and scene[1] in labels]
others = [scene for scene in scenes if scene[0] == "concepts-100" and scene[1] not in labels][::8][:100]
unnamed = [scene for scene in scenes if scene[0] == "concepts-all" and scene[1] not in known][::36][:100]
print(",".join(labels))
for _, concept, tags in shown + others + unnamed:
    row = [concept if concept in labels else ""]
    for label in labels:
        probability = tags[label]["probability"]
        row += ["%.4f" % tags[label]["cosine"], "%.3f" % probability if probability >= 0.0005 else ""]
    print(",".join(row))
