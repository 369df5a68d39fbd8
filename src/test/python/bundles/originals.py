"""Random weights for small models of the original libraries, and the references that their own code gives."""

import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy
import torch
from PIL import Image

HERE = Path(__file__).parent
TEXTS = (HERE / "texts.txt").read_text(encoding="utf-8").split("\n")[:-1]
LABELS = [0, 1, 2, 3]


def randomise(model, seed, gain=1.6):
    """Sets random weights of a size at which every layer matters: small ones leave all inputs alike."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() < 2:
                if parameter.dim() == 1 and name.endswith("bias"):
                    parameter.normal_(0, 0.1, generator=generator)
                elif "gamma" in name or "layer_scale" in name:
                    parameter.fill_(1)
                continue
            if "embed" in name and "patch" not in name:
                parameter.normal_(0, 0.7, generator=generator)
            elif name.endswith(("proj", "text_projection")) and parameter.dim() == 2 and "weight" not in name:
                parameter.normal_(0, 1 / math.sqrt(parameter.shape[0]), generator=generator)
            else:
                fan_in = parameter[0].numel()
                parameter.normal_(0, gain / math.sqrt(fan_in), generator=generator)
    return model.eval()


def centre(bias, outputs):
    """Sets a bias so that the mean of the outputs vanishes, by Newton's method. Vectors of different inputs then point
    into different directions, so one wrong token or filter is seen."""
    with torch.no_grad():
        bias.zero_()
        for _ in range(30):
            start, base = bias.clone(), outputs()
            mean = base.mean(dim=0)
            if mean.norm() < 0.01 * base.norm(dim=1).mean():
                return
            columns = []
            for i in range(len(bias)):
                bias[i] += 0.01
                columns.append((outputs().mean(dim=0) - mean) / 0.01)
                bias.copy_(start)
            step = torch.linalg.lstsq(torch.stack(columns, dim=1), -mean[:, None]).solution[:, 0]
            for _ in range(6):
                bias.copy_(start + step)
                if outputs().mean(dim=0).norm() < mean.norm():
                    break
                step /= 2
    raise ValueError(f"{mean.norm() / base.norm(dim=1).mean():.3f} of the mean is left")


def unit(vectors):
    vectors = vectors.detach().float().numpy()
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def _rounded(vector):
    return [float(f"{value:.7g}") for value in vector]


def _spread(vectors):
    others = (vectors @ vectors.T)[~numpy.eye(len(vectors), dtype=bool)]
    return _rounded([others.mean(), others.max()])


def write_reference(folder, pictures, image_vectors, ids, text_vectors, *, scoring, scale, bias=0.0, scale_in_bundle,
                    libraries, **described):
    """Writes `reference.json`.

    pictures: names; image_vectors, text_vectors: what the original gives, of any length
    ids: of each text, start and end included, without padding
    """
    images, texts = unit(image_vectors), unit(text_vectors)
    logits = scale * (images @ texts[LABELS].T).astype(numpy.float64) + bias
    if scoring == "softmax":
        powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = powers / powers.sum(axis=1, keepdims=True)
    else:
        probabilities = 1 / (1 + numpy.exp(-logits))
    reference = {
        "expected": "opens",
        "made_with": {library: version(library) for library in libraries},
        **described,
        "dimension": images.shape[1],
        "pictures": {name: _rounded(vector) for name, vector in zip(pictures, images)},
        "texts": [
            {"text": text, "ids": list(map(int, tokens)), "vector": _rounded(vector)}
            for text, tokens, vector in zip(TEXTS, ids, texts)
        ],
        "scoring": scoring,
        "logit_scale": scale,
        "logit_bias": bias,
        "scale_in_bundle": scale_in_bundle,
        "labels": [TEXTS[i] for i in LABELS],
        "probabilities": {name: _rounded(row) for name, row in zip(pictures, probabilities)},
        "spread": {"pictures_mean_max_cosine": _spread(images), "texts_mean_max_cosine": _spread(texts)},
    }
    (folder / "reference.json").write_text(json.dumps(reference, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{folder.name}: {sum(f.stat().st_size for f in folder.rglob('*') if f.is_file()) // 1000} kB, "
          f"pictures {_spread(images)}, texts {_spread(texts)}", flush=True)


def open_pictures(folder):
    """Returns names and RGB pictures."""
    files = sorted(f for f in folder.iterdir() if f.suffix in (".png", ".jpg"))
    return [f.name for f in files], [Image.open(f).convert("RGB") for f in files]
