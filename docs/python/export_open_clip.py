#!/usr/bin/env python3
"""Exports an OpenCLIP model as a bundle that Clipstream opens.

    export_open_clip.py ViT-B-32 exported/vit-b-32 --pretrained openai
    export_open_clip.py hf-hub:timm/MobileCLIP2-S0-OpenCLIP exported/mobileclip2-s0
    export_open_clip.py local-dir:/checkpoints/mine exported/mine

Writes the towers apart, as immich's repositories have them:

    config.json                the model's configuration
    visual/model.onnx          image: f32 [batch, 3, height, width] -> embedding: f32 [batch, dimension], normalised
    visual/preprocess_cfg.json how the image is resized and normalised
    textual/model.onnx         text: i32 [batch, context length] -> embedding, normalised
    textual/tokenizer.json     the tokenizer
    clipstream.json            what graphs cannot hold: the learned scale and bias, and vectors of the original, which
                               Clipstream compares with its own whenever it opens the bundle

then holds both graphs against PyTorch. Needs torch, open_clip_torch, onnx, onnxruntime, and transformers for models
with a tokenizer of Hugging Face.
"""

import argparse
import json
from pathlib import Path

import numpy
import onnx
import onnxruntime
import open_clip
import tokenizers
import torch
from PIL import Image

LEAST_COSINE = 0.99999
TEXTS = ["a photo of a cat", "two dogs beside a red house, and a tree behind it"]


class Tower(torch.nn.Module):
    """One side of a model, as a module of its own."""

    def __init__(self, model, name):
        super().__init__()
        self.model = model
        self.encode = getattr(model, "encode_" + name)

    def forward(self, values):
        return self.encode(values, normalize=True)


def write_graph(model, name, example, file, opset, batch):
    """Writes one tower. A batch of 0 is dynamic."""
    file.parent.mkdir(parents=True, exist_ok=True)
    example = example[:1].expand(batch or 2, *example.shape[1:]).contiguous()
    torch.onnx.export(
        Tower(model, name).eval(),
        (example,),
        str(file),
        input_names=[name],
        output_names=["embedding"],
        dynamic_axes=None if batch else {name: {0: "batch"}, "embedding": {0: "batch"}},
        opset_version=opset,
        dynamo=False,
    )
    gather_weights(file)


def gather_weights(file):
    """Moves the weights of a graph above 2 GB, which the exporter spreads over many files, into one beside it."""
    graph = onnx.load(file, load_external_data=False)
    spread = {
        entry.value
        for tensor in graph.graph.initializer
        for entry in tensor.external_data
        if entry.key == "location"
    }
    if spread:
        onnx.load_external_data_for_model(graph, str(file.parent))
        for location in spread:
            (file.parent / location).unlink()
        onnx.save(graph, file, save_as_external_data=True, location=file.name + "_data", size_threshold=1024)


def write_tokenizer(tokenizer, folder):
    """Writes `tokenizer.json`: the one of Hugging Face, or OpenAI's byte pairs in the same format."""
    folder.mkdir(parents=True, exist_ok=True)
    if hasattr(tokenizer, "tokenizer"):
        tokenizer.tokenizer.save_pretrained(folder)
        return
    names = {"<start_of_text>": "<|startoftext|>", "<end_of_text>": "<|endoftext|>"}
    vocabulary = {names.get(token, token): id for token, id in tokenizer.encoder.items()}
    merges = sorted(tokenizer.bpe_ranks, key=tokenizer.bpe_ranks.get)
    start, end = "<|startoftext|>", "<|endoftext|>"
    whole = tokenizers.Tokenizer(
        tokenizers.models.BPE(vocabulary, merges, unk_token=end, end_of_word_suffix="</w>")
    )
    whole.add_special_tokens([start, end])
    whole.normalizer = tokenizers.normalizers.Sequence(
        [
            tokenizers.normalizers.NFC(),
            tokenizers.normalizers.Replace(tokenizers.Regex(r"\s+"), " "),
            tokenizers.normalizers.Lowercase(),
        ]
    )
    pieces = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    whole.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [
            tokenizers.pre_tokenizers.Split(tokenizers.Regex(pieces), "removed", invert=True),
            tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    whole.post_processor = tokenizers.processors.RobertaProcessing(
        (end, vocabulary[end]), (start, vocabulary[start]), trim_offsets=False, add_prefix_space=False
    )
    whole.save(str(folder / "tokenizer.json"))
    settings = {"bos_token": start, "eos_token": end, "model_max_length": tokenizer.context_length, "pad_token": end,
                "tokenizer_class": "CLIPTokenizer", "unk_token": end}
    write_json(folder / "tokenizer_config.json", settings)


def write_json(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def test_image(transform):
    """Returns a picture of the input's size, and what the model's own transform makes of it."""
    size = transform(Image.new("RGB", (64, 64))).shape[1:]
    rows, columns = numpy.mgrid[0 : size[0], 0 : size[1]]
    colours = [rows * 255 // size[0], columns * 255 // size[1], (rows // 16 + columns // 16) % 2 * 200]
    image = Image.fromarray(numpy.stack(colours, axis=-1).astype(numpy.uint8))
    return image, transform(image)[None]


def write_side_file(model, folder, images, texts, name):
    """Writes `clipstream.json`: scale and bias, and the self-test."""
    side = {"id": name, "logit_scale": model.logit_scale.exp().item()}
    if getattr(model, "logit_bias", None) is not None:
        side["logit_bias"] = model.logit_bias.item()
        side["scoring"] = "sigmoid"
    side["self_test"] = {
        "texts": [{"text": text, "vector": vector.tolist()} for text, vector in zip(TEXTS, texts)],
        "images": [{"file": "self-test.png", "vector": images[0].tolist()}],
    }
    write_json(folder / "clipstream.json", side)


def compare(file, values, expected):
    """Returns the least cosine between a graph's vectors and PyTorch's, alone and in a batch."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    whole = session.get_inputs()[0]
    batches = [values] if isinstance(whole.shape[0], str) else []
    least = 1.0
    for batch in batches + list(values.split(1)):
        found = session.run(None, {whole.name: batch.numpy()})[0]
        wanted = expected if len(batch) > 1 else expected[[i for i in range(len(values)) if values[i].equal(batch[0])]]
        least = min(least, float((found * wanted[: len(found)].numpy()).sum(axis=1).min()))
    return least


def export(model, transform, tokenizer, config, folder, name, opset=18, batch=0, side_file=True):
    """Exports a model that is at hand, and returns the least cosines of pictures and texts to it.

    transform, tokenizer: of open_clip
    config: the model's configuration, an entry of open_clip's model_configs
    batch: the number of inputs a run; 0 for any
    """
    model.eval()
    torch.backends.mha.set_fastpath_enabled(False)  # its fused operator has no ONNX form
    image, pixels = test_image(transform)
    tokens = tokenizer(TEXTS).to(torch.int32)
    write_json(folder / "config.json", config)
    write_json(folder / "visual/preprocess_cfg.json", dict(model.visual.preprocess_cfg))
    write_tokenizer(tokenizer, folder / "textual")
    with torch.no_grad():
        write_graph(model, "image", pixels, folder / "visual/model.onnx", opset, batch)
        write_graph(model, "text", tokens, folder / "textual/model.onnx", opset, batch)
        images = torch.cat([pixels, pixels.flip(3)])
        image_vectors = model.encode_image(images, normalize=True)
        text_vectors = model.encode_text(tokens, normalize=True)
        if side_file:
            image.save(folder / "self-test.png")
            write_side_file(model, folder, image_vectors, text_vectors, name)
    return (
        compare(folder / "visual/model.onnx", images, image_vectors),
        compare(folder / "textual/model.onnx", tokens, text_vectors),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a name of open_clip, hf-hub:ORG/NAME or local-dir:FOLDER")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pretrained", help="weights of a model that is named by open_clip's own name")
    parser.add_argument("--opset", type=int, default=18)
    given = parser.parse_args()
    if ":" not in given.model and not given.pretrained:
        parser.error("--pretrained: name the weights; open_clip.list_pretrained() lists them")
    model, _, transform = open_clip.create_model_and_transforms(given.model, pretrained=given.pretrained)
    images, texts = export(
        model,
        transform,
        open_clip.get_tokenizer(given.model),
        open_clip.get_model_config(given.model),
        given.folder,
        given.model.split("/")[-1] + (f"/{given.pretrained}" if given.pretrained else ""),
        given.opset,
    )
    print(f"{given.folder}: cosine to PyTorch {images:.6f} (images), {texts:.6f} (texts)")
    if min(images, texts) < LEAST_COSINE:
        raise SystemExit(f"Expected a cosine of at least {LEAST_COSINE}. Try another version of torch or another opset.")


if __name__ == "__main__":
    main()
