"""Writes oracle.json: what NumPy makes of random vectors, for ZeroShotTaggerTest. Run: python3 oracle.py > oracle.json"""
import json
import numpy as np

rng = np.random.default_rng(20260101)
DIM, LABELS, TEMPLATES, BACKGROUND, PICTURES = 24, 37, 3, 4, 6


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# vectors as a model gives them: not normalised, close together, float32
centre = rng.normal(size=DIM)
raw_texts = (3.0 * (centre + 0.6 * rng.normal(size=(LABELS, TEMPLATES, DIM)))).astype(np.float32)
raw_background = (0.5 * (centre + 0.6 * rng.normal(size=(BACKGROUND, DIM)))).astype(np.float32)
raw_pictures = (7.0 * (0.3 * centre + rng.normal(size=(PICTURES, DIM)))).astype(np.float32)

labels = unit(unit(raw_texts.astype(np.float64)).mean(axis=1))
background = unit(raw_background.astype(np.float64))
pictures = unit(raw_pictures.astype(np.float64))
cosines = pictures @ labels.T
behind = pictures @ background.T

CLIP = {"kind": "SOFTMAX", "scale": 100.0, "bias": 0.0}
SIGLIP = {"kind": "SIGMOID", "scale": 112.67, "bias": -16.54}


def logit(s, c):
    return s["scale"] * c + s["bias"]


exclusive = lambda s: softmax(logit(s, cosines))
against = lambda s: np.array(
    [[softmax(np.concatenate([[logit(s, c)], logit(s, b)]))[0] for c in row] for row, b in zip(cosines, behind)]
)
sigmoid = lambda s: 1.0 / (1.0 + np.exp(-logit(s, cosines)))

json.dump(
    {
        "texts": raw_texts.tolist(),
        "background": raw_background.tolist(),
        "pictures": raw_pictures.tolist(),
        "cosines": cosines.tolist(),
        "cases": [
            {"mode": "EXCLUSIVE", **CLIP, "probabilities": exclusive(CLIP).tolist()},
            {"mode": "MULTI", **CLIP, "probabilities": against(CLIP).tolist()},
            {"mode": "EXCLUSIVE", **SIGLIP, "probabilities": exclusive(SIGLIP).tolist()},
            {"mode": "MULTI", **SIGLIP, "probabilities": sigmoid(SIGLIP).tolist()},
        ],
    },
    __import__("sys").stdout,
)
