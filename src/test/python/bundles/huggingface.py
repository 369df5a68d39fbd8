"""Small models of transformers: its own classes, image processors and tokenizers, exported by optimum's program or as
transformers.js does."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import onnx
import open_clip
import torch
import transformers

import originals
import vocabularies

WIDTH = 16
SMALL = {"hidden_size": WIDTH, "intermediate_size": 2 * WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2}
LIBRARIES = ["transformers", "optimum", "optimum-onnx", "torch", "onnx", "tokenizers", "sentencepiece", "pillow"]
OPENAI = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}


# the last bias before the vector, in which the vector is affine; SigLIP has the first of them
IMAGE_BIAS = ["vision_model.head.mlp.fc2.bias", "vision_model.post_layernorm.bias",
              "vision_model.vision_model.post_layernorm.bias"]
TEXT_BIAS = ["text_model.head.bias", "text_model.final_layer_norm.bias",
             "text_model.encoder.layer.1.output.LayerNorm.bias"]


class Original:
    """A model with the image processor and the tokenizer that belong to it.

    tokens: the length of a text in tokens, to which all are padded if `pads`
    clean: what the model's own code does to a text before its tokenizer
    """

    def __init__(self, model, processor, tokenizer, tokens, pads, scale, bias=0.0, clean=lambda text: text,
                 mask=True):
        self.model, self.processor, self.tokenizer = model, processor, tokenizer
        self.tokens, self.pads, self.scale, self.bias = tokens, pads, scale, bias
        self.texts = [clean(text) for text in originals.TEXTS]
        self.mask = mask

    def inputs(self):
        """Returns the inputs of all texts."""
        given = dict(self.tokenizer(
            self.texts, padding="max_length" if self.pads else True, truncation=True, max_length=self.tokens,
            return_tensors="pt"))
        return {key: given[key] for key in ("input_ids", "attention_mask") if key == "input_ids" or self.mask}

    def ids(self):
        """Returns the ids of each text without padding."""
        return [self.tokenizer(text, truncation=True, max_length=self.tokens).input_ids for text in self.texts]

    def pixels(self, images):
        return torch.cat([self.processor(images=image, return_tensors="pt")["pixel_values"] for image in images])

    def image_vectors(self, pixels):
        return self.model.get_image_features(pixel_values=pixels)

    def text_vectors(self, inputs):
        return self.model.get_text_features(**inputs)


def write(folder, pictures, make, export, scoring, *, scale_in_bundle, seed, described):
    """Writes a bundle.

    make: returns the [Original]; export: writes its graphs and files
    """
    scratch = folder.parent / ".scratch" / folder.name
    (scratch / "model").mkdir(parents=True, exist_ok=True)
    original = make(scratch)
    originals.randomise(original.model, seed)
    with torch.no_grad():
        scale = dict(original.model.named_parameters()).get("logit_scale")
        if scale is not None:
            scale.fill_(torch.tensor(original.scale).log())
        bias = dict(original.model.named_parameters()).get("logit_bias")
        if bias is not None:
            bias.fill_(original.bias)
    names, images = pictures
    pixels, inputs = original.pixels(images), original.inputs()
    parameters = dict(original.model.named_parameters())
    image_bias = next(parameters[name] for name in IMAGE_BIAS if name in parameters)
    text_bias = next(parameters[name] for name in TEXT_BIAS if name in parameters)
    originals.centre(image_bias, lambda: original.image_vectors(pixels))
    originals.centre(text_bias, lambda: original.text_vectors(inputs))
    folder.mkdir(parents=True)
    export(original, scratch / "model", folder)
    with torch.no_grad():
        originals.write_reference(
            folder, names, original.image_vectors(pixels), original.ids(), original.text_vectors(inputs),
            scoring=scoring, scale=original.scale, bias=original.bias, scale_in_bundle=scale_in_bundle,
            libraries=LIBRARIES, **described)


def optimum(original, saved, folder):
    """Runs optimum's program on the saved model: one graph beside the model's files."""
    original.model.save_pretrained(saved)
    original.processor.save_pretrained(saved)
    original.tokenizer.save_pretrained(saved)
    subprocess.run(
        [Path(sys.executable).parent / "optimum-cli", "export", "onnx", "--model", saved, "--task",
         "zero-shot-image-classification", folder], check=True, capture_output=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})


def optimum_without_extra_outputs(original, saved, folder):
    """Removes outputs that optimum adds to models whose classes record their layers. It declares them with the shape of
    its example, which ONNX Runtime believes, so that the graph takes no other text."""
    optimum(original, saved, folder)
    graph = onnx.load(folder / "model.onnx")
    extra = [output for output in graph.graph.output if output.name.startswith("onnx::")]
    for output in extra:
        graph.graph.output.remove(output)
    onnx.save(graph, folder / "model.onnx")


class _Tower(torch.nn.Module):
    def __init__(self, original, keys, run):
        super().__init__()
        self.model, self.keys, self.run = original.model, keys, run

    def forward(self, *values):
        return self.run(dict(zip(self.keys, values)))


def split(original, saved, folder, image="image_embeds", text="text_embeds", opset=18,
          processor=True):
    """Writes the towers apart, with the names of transformers.js, and the model's files beside them."""
    original.model.config.save_pretrained(folder)
    if processor:
        original.processor.save_pretrained(folder)
    original.tokenizer.save_pretrained(folder)
    (folder / "onnx").mkdir()
    inputs = {key: value[:2] for key, value in original.inputs().items()}
    pixels = original.pixels(originals.open_pictures(folder.parent / "pictures")[1][:2])
    for name, keys, values, run, output in (
        ("vision_model", ["pixel_values"], (pixels,), lambda given: original.image_vectors(given["pixel_values"]), image),
        ("text_model", list(inputs), tuple(inputs.values()), original.text_vectors, text),
    ):
        torch.onnx.export(
            _Tower(original, keys, run).eval(), values, str(folder / f"onnx/{name}.onnx"), input_names=keys,
            output_names=[output], opset_version=opset, dynamo=False,
            dynamic_axes={**{key: {0: "batch_size"} if key == "pixel_values" else {0: "batch_size", 1: "sequence_length"}
                             for key in keys}, output: {0: "batch_size"}})


def clip_processor(size=224, **given):
    return transformers.CLIPImageProcessor(
        **{"size": {"shortest_edge": size}, "crop_size": {"height": size, "width": size}, **OPENAI, **given})


def siglip_processor(size=224, **given):
    return transformers.SiglipImageProcessor(**{"size": {"height": size, "width": size}, "resample": 3, **given})


def vision(size=224, **given):
    return {**SMALL, "image_size": size, "patch_size": 16, **given}


def metaclip2(scratch):
    """facebook/metaclip-2-worldwide-*: XLM-V's pieces, pooled at the first token 2."""
    tokenizer = vocabularies.xlm_roberta(scratch / "tokenizer", 77)
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 77, "bos_token_id": 0, "eos_token_id": 2,
            "pad_token_id": 1, "hidden_act": "gelu", "projection_dim": WIDTH}
    model = transformers.MetaClip2Model(transformers.MetaClip2Config(
        text_config=text, vision_config=vision(hidden_act="gelu", projection_dim=WIDTH), projection_dim=WIDTH))
    return Original(model, clip_processor(), tokenizer, 77, True, 100.0)


def fg_clip2(scratch):
    """FG-CLIP 2 in a fixed size: SigLIP 2's towers, texts in lower case, 64 tokens, pooled at the last."""
    tokenizer = vocabularies.gemma(scratch / "tokenizer")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 64, "projection_size": WIDTH}
    model = transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision(512)))
    return Original(model, siglip_processor(512), tokenizer, 64, True, 112.0, -16.5, str.lower, mask=False)


def split_as_fg_clip2(original, saved, folder):
    split(original, saved, folder)
    config = json.loads((folder / "config.json").read_text())
    config["model_type"], config["architectures"] = "fgclip2", ["Fgclip2Model"]
    for side in ("text", "vision"):
        config[f"{side}_config"]["model_type"] = f"fgclip2_{side}_model"
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def siglip(scratch):
    tokenizer = vocabularies.siglip(scratch / "tokenizer")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 64, "projection_size": WIDTH}
    model = transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision()))
    return Original(model, siglip_processor(), tokenizer, 64, True, 112.0, -16.5, mask=False)


def siglip2(scratch):
    tokenizer = vocabularies.gemma(scratch / "tokenizer")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 64, "projection_size": WIDTH}
    model = transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision()))
    return Original(model, siglip_processor(resample=2), tokenizer, 64, True, 112.0, -16.5, mask=False)


def clip(scratch, **preprocessing):
    simple = vocabularies.openai(scratch / "tokenizer")
    tokenizer = transformers.CLIPTokenizerFast.from_pretrained(scratch / "tokenizer")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 77, "projection_dim": WIDTH,
            "bos_token_id": simple.sot_token_id, "eos_token_id": simple.eot_token_id}
    model = transformers.CLIPModel(transformers.CLIPConfig(
        text_config=text, vision_config=vision(projection_dim=WIDTH), projection_dim=WIDTH))
    original = Original(model, clip_processor(**preprocessing), tokenizer, 77, True, 100.0, mask=False)
    # OpenAI's own ids, which the fast tokenizer misses where a text needs ftfy or HTML
    tokens = simple(originals.TEXTS)
    original.inputs = lambda: {"input_ids": tokens}
    original.ids = lambda: [row[: row.tolist().index(simple.eot_token_id) + 1].tolist() for row in tokens]
    return original


def split_by_transformers_5(original, saved, folder):
    """The graphs beside files that transformers 5 saved: processor_config.json, no preprocessor_config.json."""
    split(original, saved, folder)
    script = Path(__file__).parent / "transformers5.py"
    subprocess.run([os.environ["TRANSFORMERS5_PYTHON"], "-W", "ignore", script, folder], check=True)


def chinese_clip(scratch):
    tokenizer = vocabularies.bert(scratch / "tokenizer")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 512}
    model = transformers.ChineseCLIPModel(transformers.ChineseCLIPConfig(
        text_config=text, vision_config=vision(), projection_dim=WIDTH))
    processor = transformers.ChineseCLIPImageProcessor(
        size={"height": 224, "width": 224}, do_center_crop=False, **OPENAI)
    original = Original(model, processor, tokenizer, 52, True, 100.0)
    # get_text_features of this version asks for a pooler that the model does not have
    original.text_vectors = lambda inputs: model.text_projection(
        model.text_model(**inputs).last_hidden_state[:, 0, :])
    return original


class JinaClip(torch.nn.Module):
    """jina-clip: a BERT whose tokens are averaged, beside a CLIP's image tower."""

    def __init__(self, text, vision_config):
        super().__init__()
        self.text_model, self.pad = text, text.config.pad_token_id
        self.vision_model = transformers.CLIPVisionModelWithProjection(vision_config)
        self.config = transformers.PretrainedConfig(
            model_type="jina_clip", projection_dim=WIDTH, text_config=text.config.to_dict(),
            vision_config=vision_config.to_dict())

    def get_text_features(self, input_ids):
        mask = (input_ids != self.pad).long()
        states = self.text_model(input_ids, attention_mask=mask).last_hidden_state
        return (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    def get_image_features(self, pixel_values):
        return self.vision_model(pixel_values).image_embeds


def _jina(tokenizer, text, size, length):
    """jina's processor is torchvision's transform, whose crop rounds half to even."""
    model = JinaClip(text, transformers.CLIPVisionConfig(**vision(size, projection_dim=WIDTH)))
    transform = open_clip.image_transform(
        size, is_train=False, mean=OPENAI["image_mean"], std=OPENAI["image_std"], interpolation="bicubic",
        resize_mode="shortest")

    def processor(images, return_tensors):
        return {"pixel_values": transform(images)[None]}

    return Original(model, processor, tokenizer, length, False, 100.0, mask=False)


def jina_v1(scratch):
    tokenizer = vocabularies.bert(scratch / "tokenizer")
    config = transformers.BertConfig(
        **SMALL, vocab_size=len(tokenizer), max_position_embeddings=512, hidden_dropout_prob=0,
        attention_probs_dropout_prob=0)
    return _jina(tokenizer, transformers.BertModel(config, add_pooling_layer=False), 224, 512)


def jina_v2(scratch):
    tokenizer = vocabularies.xlm_roberta(scratch / "tokenizer", 8194)
    config = transformers.XLMRobertaConfig(
        **SMALL, vocab_size=len(tokenizer), max_position_embeddings=514, type_vocab_size=1, hidden_dropout_prob=0,
        attention_probs_dropout_prob=0)
    return _jina(tokenizer, transformers.XLMRobertaModel(config, add_pooling_layer=False), 512, 512)


def _jina_files(folder, size, type_suffix=""):
    (folder / "preprocessor_config.json").write_text(json.dumps({
        "auto_map": {}, "image_processor_type": "JinaCLIPImageProcessor", "size": size, "mean": OPENAI["image_mean"],
        "std": OPENAI["image_std"], "resize_mode": "shortest", "interpolation": "bicubic", "fill_color": 0},
        indent=2) + "\n")
    (folder / "config.json").write_text(json.dumps({
        "model_type": "jina_clip", "projection_dim": WIDTH, "text_config": {"model_type": "jina_clip_text"},
        "vision_config": {"model_type": "jina_clip_vision", "image_size": size}}, indent=2) + "\n")


def split_as_jina_v1(original, saved, folder):
    split(original, saved, folder, processor=False)
    _jina_files(folder, 224)


def one_graph_as_jina_v2(original, saved, folder):
    """One graph that requires both inputs, with and without normalised outputs."""
    original.tokenizer.save_pretrained(folder)
    _jina_files(folder, 512)
    (folder / "onnx").mkdir()

    def run(given):
        text, image = original.text_vectors({"input_ids": given["input_ids"]}), original.image_vectors(given["pixel_values"])
        return text, image, torch.nn.functional.normalize(text), torch.nn.functional.normalize(image)

    pixels = original.pixels(originals.open_pictures(folder.parent / "pictures")[1][:2])
    outputs = ["text_embeddings", "image_embeddings", "l2norm_text_embeddings", "l2norm_image_embeddings"]
    torch.onnx.export(
        _Tower(original, ["input_ids", "pixel_values"], run).eval(), (original.inputs()["input_ids"][:3], pixels),
        str(folder / "onnx/model.onnx"), input_names=["input_ids", "pixel_values"], output_names=outputs,
        opset_version=18, dynamo=False,
        dynamic_axes={"input_ids": {0: "batch_text", 1: "sequence"}, "pixel_values": {0: "batch_image"},
                      **{name: {0: "batch_text" if "text" in name else "batch_image"} for name in outputs}})


def _entry(make, export, scoring, seed, scale_in_bundle, exporter, preprocessing, tokenizer, note=""):
    return functools.partial(
        write, make=make, export=export, scoring=scoring, seed=seed, scale_in_bundle=scale_in_bundle,
        described={"exporter": exporter, "note": note, "preprocessing": preprocessing, "tokenizer": tokenizer})


OPTIMUM = "optimum-cli export onnx --task zero-shot-image-classification"
TOWERS = "torch.onnx.export of the towers, with the names of transformers.js"
CROP = "CLIPImageProcessor (Pillow): shortest side to 224 bicubic, centre crop, OpenAI's mean and std"
SQUASH = "SiglipImageProcessor (Pillow): squash bicubic, mean and std 0.5"

BUNDLES = {
    "hf-metaclip2": _entry(metaclip2, optimum_without_extra_outputs, "softmax", 21, True, OPTIMUM, CROP, "XLMRobertaTokenizer, 77"),
    "hf-fgclip2": _entry(
        fg_clip2, split_as_fg_clip2, "sigmoid", 22, False, TOWERS, SQUASH, "Gemma, lower case, padded to 64 with 0"),
    "hf-siglip-spiece": _entry(
        siglip, optimum, "sigmoid", 23, True, OPTIMUM, SQUASH, "SiglipTokenizer (slow), padded to 64 with 1",
        "spiece.model alone, no tokenizer.json"),
    "hf-siglip2": _entry(
        siglip2, split, "sigmoid", 34, False, TOWERS, "SiglipImageProcessor (Pillow): squash bilinear, 0.5",
        "Gemma, padded to 64 with 0"),
    "hf-clip-transformers5": _entry(
        functools.partial(clip, image_mean=[0.5, 0.5, 0.5], image_std=[0.25, 0.25, 0.25], resample=2),
        split_by_transformers_5, "softmax", 25, False, "CLIPProcessor.save_pretrained of transformers 5",
        "CLIPImageProcessorPil: shortest side to 224 bilinear, centre crop, mean 0.5, std 0.25",
        "OpenAI's byte pairs (open_clip.SimpleTokenizer), 77", "processor_config.json with a nested image_processor"),
    "hf-clip": _entry(clip, optimum, "softmax", 26, True, OPTIMUM, CROP, "open_clip.SimpleTokenizer, 77"),
    "hf-chinese-clip": _entry(
        chinese_clip, optimum, "softmax", 27, True, OPTIMUM,
        "ChineseCLIPImageProcessor (Pillow): squash to 224 bicubic, OpenAI's mean and std", "BertTokenizer, 52"),
    "jina-clip-v1": _entry(
        jina_v1, split_as_jina_v1, "softmax", 28, False, TOWERS,
        "torchvision: shortest side to 224 bicubic, centre crop, OpenAI's mean and std",
        "BertTokenizer uncased, 512, no mask input"),
    "jina-clip-v2": _entry(
        jina_v2, one_graph_as_jina_v2, "softmax", 29, False, "one graph with the names of jina-clip-v2",
        "torchvision: shortest side to 512 bicubic, centre crop, OpenAI's mean and std", "XLMRobertaTokenizer, 512, no mask input"),
}
