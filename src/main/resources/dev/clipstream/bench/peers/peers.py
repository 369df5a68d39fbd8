"""What users would take instead of Clipstream, measured by `clipstream bench peers`.

    peers.py probe                                      prints the versions of the installed peers (JSON)
    peers.py serve PEER BUNDLE GRAPH PICTURES BATCH     opens a peer, then embeds as many pictures as each line of
                                                        standard input says, and prints a line of JSON for each

Every peer reads and decodes the same JPEG files, runs the same architecture in batches of the same size on all
processors, and gives unit vectors. The values of the weights do not matter for speed, so torch's are random if the
bundle has no model.safetensors.
"""
import asyncio
import importlib.metadata
import itertools
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

NEEDS = {
    "onnxruntime": ["onnxruntime", "numpy", "pillow"],
    "transformers": ["transformers", "torch", "pillow"],
    "infinity": ["infinity-emb", "transformers", "torch", "pillow"],
}
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def probe():
    found = {}
    for peer, packages in NEEDS.items():
        try:
            found[peer] = " ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def onnxruntime_loop(bundle, graph, batch):
    """The loop that everybody writes: Pillow, numpy, one session with its default threads."""
    import numpy as np
    import onnxruntime
    from PIL import Image

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise SystemExit(f"expected an image tower of its own, found the inputs {[i.name for i in inputs]}")
    side = inputs[0].shape[2]
    side = side if isinstance(side, int) else json.loads((bundle / "config.json").read_text())["vision_config"]["image_size"]
    mean, std = np.array(MEAN, np.float32), np.array(STD, np.float32)

    def pixels(path):
        image = Image.open(path).convert("RGB")
        scale = side / min(image.size)
        image = image.resize([max(side, int(length * scale)) for length in image.size], Image.BICUBIC)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
        return ((np.asarray(image, np.float32) / 255 - mean) / std).transpose(2, 0, 1)

    def embed(paths):
        for group in groups(paths, batch):
            vectors = session.run(None, {inputs[0].name: np.stack([pixels(path) for path in group])})[0]
            vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)

    return embed


def torch_model(bundle, graph):
    """Returns the bundle's model in torch: its own weights, or random ones of its configuration."""
    import torch
    from transformers import AutoConfig, AutoModel

    if (bundle / "model.safetensors").exists():
        return AutoModel.from_pretrained(bundle).eval()
    torch.manual_seed(7)
    model = AutoModel.from_config(AutoConfig.from_pretrained(bundle)).eval()
    image_bytes = 4 * sum(p.numel() for name, p in model.named_parameters() if name.startswith(("vision_", "visual_")))
    if abs(image_bytes / os.path.getsize(graph) - 1) > 0.05:
        raise SystemExit(
            f"expected config.json to describe the graph's architecture, found an image tower of {image_bytes} bytes"
            f" for {os.path.getsize(graph)}; use the fp32 bundle with the original config.json"
        )
    return model


def transformers_loop(bundle, graph, batch):
    """transformers with its image processor, in inference mode."""
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor

    model, processor = torch_model(bundle, graph), AutoImageProcessor.from_pretrained(bundle)

    @torch.inference_mode()
    def embed(paths):
        for group in groups(paths, batch):
            inputs = processor(images=[Image.open(path).convert("RGB") for path in group], return_tensors="pt")
            torch.nn.functional.normalize(model.get_image_features(**inputs), dim=-1)

    return embed


def infinity_engine(bundle, graph, batch):
    """infinity's engine in this process, without its HTTP server; it forms batches itself."""
    from infinity_emb import AsyncEmbeddingEngine, EngineArgs

    folder = Path(tempfile.mkdtemp(prefix="clipstream-infinity-"))
    try:
        torch_model(bundle, graph).save_pretrained(folder)
        for name in ("preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"):
            if (bundle / name).exists():
                shutil.copy(bundle / name, folder)
        if not (folder / "tokenizer_config.json").exists():
            (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "CLIPTokenizerFast"}')
        engine = AsyncEmbeddingEngine.from_args(
            EngineArgs(
                model_name_or_path=str(folder),
                engine="torch",
                device="cpu",
                dtype="float32",
                batch_size=batch,
                bettertransformer=False,
                model_warmup=False,
            )
        )
        loop = asyncio.new_event_loop()
        loop.run_until_complete(engine.astart())
    finally:
        shutil.rmtree(folder)

    def embed(paths):
        pictures = [Path(path).read_bytes() for path in paths]
        loop.run_until_complete(engine.image_embed(images=pictures))

    return embed


PEERS = {"onnxruntime": onnxruntime_loop, "transformers": transformers_loop, "infinity": infinity_engine}


def groups(paths, size):
    for at in range(0, len(paths), size):
        yield paths[at : at + size]


def serve(peer, bundle, graph, pictures, batch):
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print to standard output
    embed = PEERS[peer](Path(bundle), graph, int(batch))
    files = itertools.cycle(sorted(str(path) for path in Path(pictures).iterdir()))
    print(json.dumps({"ready": probe()[peer]}), file=out, flush=True)
    for line in sys.stdin:
        paths = list(itertools.islice(files, int(line)))
        start, cpu = time.perf_counter(), time.process_time()
        embed(paths)
        result = {
            "pictures": len(paths),
            "seconds": time.perf_counter() - start,
            "cpuSeconds": time.process_time() - cpu,
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        }
        print(json.dumps(result), file=out, flush=True)
    os._exit(0)  # engines keep threads that do not end


if __name__ == "__main__":
    if sys.argv[1:] == ["probe"]:
        print(json.dumps(probe()))
    else:
        serve(*sys.argv[2:])
