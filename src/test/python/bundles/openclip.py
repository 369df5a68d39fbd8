"""Small models of open_clip: its own code, its own configurations and transforms, with fewer and narrower layers."""

import copy
import functools
import json
import sys
from pathlib import Path

import open_clip
import timm
import torch
import transformers
from timm.models._registry import _model_entrypoints

import originals
import vocabularies

sys.path.insert(0, str(Path(__file__).parents[4] / "docs/python"))
import export_open_clip  # noqa: E402

WIDTH, HEADS, LAYERS = 16, 2, 2
SMALL_TRUNK = {"embed_dim": WIDTH, "depth": LAYERS, "num_heads": HEADS, "mlp_ratio": 2}
SMALL_FASTVIT = {"layers": (1, 1, 1, 1), "embed_dims": (8, 8, 16, 32), "mlp_ratios": (2, 2, 2, 2)}
# its convolutions have a fixed width
SAME_OUTSIDE = {"vit_base_mci_224": "vit_base_patch16_224"}
LIBRARIES = ["open_clip_torch", "timm", "torch", "torchvision", "onnx", "transformers", "tokenizers", "pillow", "ftfy"]


def _small_timm(name):
    """Makes timm build a model of this name small."""
    whole = _model_entrypoints[name]
    builder = _model_entrypoints[SAME_OUTSIDE.get(name, name)]
    sizes = SMALL_FASTVIT if name.startswith("fastvit") else dict(SMALL_TRUNK)
    if name.startswith("vit_pe_core"):
        sizes.update(attn_pool_num_heads=HEADS, attn_pool_mlp_ratio=2)

    @functools.wraps(whole)
    def small(pretrained=False, **given):
        return builder(pretrained=pretrained, **{**given, **sizes})

    _model_entrypoints[name] = small
    return whole


def _small_config(real, tokens):
    config = copy.deepcopy(open_clip.get_model_config(real))
    config["embed_dim"] = WIDTH
    if "timm_model_name" not in config["vision_cfg"]:
        config["vision_cfg"].update(width=WIDTH, layers=LAYERS, head_width=WIDTH // HEADS, mlp_ratio=2)
    if "hf_model_name" not in config["text_cfg"]:
        config["text_cfg"].update(width=WIDTH, heads=HEADS, layers=LAYERS, mlp_ratio=2, vocab_size=tokens)
    return config


def _first(model, names):
    found = [p for n, p in model.named_parameters() if n in names]
    if not found:
        raise ValueError(f"none of {names} in {[n for n, _ in model.named_parameters() if n.endswith('bias')]}")
    return found[0]


IMAGE_BIAS = ["visual.ln_post.bias", "visual.trunk.head.fc.bias", "visual.trunk.head.bias",
              "visual.trunk.attn_pool.mlp.fc2.bias"]
TEXT_BIAS = ["text.text_projection.bias", "ln_final.bias", "text.ln_final.bias", "text.transformer.layer_norm.bias",
             "text.transformer.encoder.layer.1.output.LayerNorm.bias"]


def write(folder, pictures, real, pretrained, vocabulary, seed, *, text_model=None, patch=None, note="", **form):
    """Writes a bundle in immich's form.

    real: open_clip's name of the model, pretrained: of the weights, whose preprocessing it takes
    vocabulary: a function of `vocabularies`
    text_model: configuration of the text tower, where that is one of transformers
    form: of `export_open_clip.export`
    """
    scratch = folder.parent / ".scratch" / folder.name
    made = vocabulary(scratch / "tokenizer")
    config = _small_config(real, len(made) if hasattr(made, "tokenize") else made.vocab_size)
    if patch:
        config["vision_cfg"]["patch_size"] = patch
    published = copy.deepcopy(config)
    text = config["text_cfg"]
    if text_model:
        text_model.vocab_size = len(made)
        text_model.save_pretrained(scratch / "text")
        text["hf_model_name"] = str(scratch / "text")
    if "hf_tokenizer_name" in text:
        tokenizer = open_clip.tokenizer.HFTokenizer(
            str(scratch / "tokenizer"), context_length=text.get("context_length", 77),
            **text.get("tokenizer_kwargs", {}))
    else:
        tokenizer = open_clip.tokenizer.SimpleTokenizer(
            bpe_path=str(scratch / "tokenizer/bpe.txt.gz"), context_length=text.get("context_length", 77))
    trunk = config["vision_cfg"].get("timm_model_name")
    whole = _small_timm(trunk) if trunk else None
    open_clip.factory._MODEL_CONFIGS[folder.name] = config
    cfg = open_clip.get_pretrained_cfg(real, pretrained)
    transform_keys = {key: cfg[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in cfg}
    try:
        model = open_clip.create_model(
            folder.name, force_preprocess_cfg=transform_keys, force_quick_gelu=cfg.get("quick_gelu", False),
            pretrained_hf=False)
    finally:
        if trunk:
            _model_entrypoints[trunk] = whole
    originals.randomise(model, seed)
    sigmoid = getattr(model, "logit_bias", None) is not None
    with torch.no_grad():
        model.logit_scale.fill_(torch.tensor(112.0 if sigmoid else 100.0).log())
        if sigmoid:
            model.logit_bias.fill_(-16.5)
    transform = open_clip.transform.image_transform_v2(open_clip.transform.PreprocessCfg(**model.visual.preprocess_cfg), False)
    names, images = pictures
    pixels = torch.stack([transform(image) for image in images])
    if any(isinstance(m, torch.nn.BatchNorm2d) for m in model.modules()):
        _settle(model, pixels)
    tokens = tokenizer(originals.TEXTS)
    originals.centre(_first(model, IMAGE_BIAS), lambda: model.encode_image(pixels))
    originals.centre(_first(model, TEXT_BIAS), lambda: model.encode_text(tokens))
    least = export_open_clip.export(
        model, transform, tokenizer, published, folder, folder.name, **{"opset": 19, "batch": 1, "side_file": False, **form})
    assert min(least) >= export_open_clip.LEAST_COSINE, least
    _without_paths(folder, scratch)
    with torch.no_grad():
        originals.write_reference(
            folder, names, model.encode_image(pixels), _ids(tokenizer, tokens), model.encode_text(tokens),
            scoring="sigmoid" if sigmoid else "softmax", scale=112.0 if sigmoid else 100.0,
            bias=-16.5 if sigmoid else 0.0, scale_in_bundle=(folder / "clipstream.json").exists(),
            libraries=LIBRARIES, exporter="open_clip's towers in immich's form", note=note,
            preprocessing=f"open_clip image_transform_v2: {dict(model.visual.preprocess_cfg)}",
            tokenizer=f"{type(tokenizer).__name__} {text.get('tokenizer_kwargs', '')}, {tokenizer.context_length}")


def _settle(model, pixels):
    """Gives batch normalisations the statistics of the pictures."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
            module.reset_running_stats()
    model.train()
    with torch.no_grad():
        model.encode_image(pixels)
    model.eval()


def _ids(tokenizer, tokens):
    """Returns the ids of each text without padding."""
    if isinstance(tokenizer, open_clip.tokenizer.SimpleTokenizer):
        return [row[: row.tolist().index(tokenizer.eot_token_id) + 1].tolist() for row in tokens]
    lengths = [
        len(tokenizer.tokenizer(tokenizer.clean_fn(text), truncation=True, max_length=tokenizer.context_length).input_ids)
        for text in originals.TEXTS
    ]
    # CLIPA's end token becomes 0, which is its padding
    end = 1 if tokenizer.strip_sep_token else 0
    return [row[: length - end].tolist() for row, length in zip(tokens, lengths)]


def _without_paths(folder, scratch):
    for file in folder.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        if str(scratch) in text:
            raise ValueError(f"{file} names {scratch}")


def _nllb_encoder():
    return transformers.M2M100Config(
        d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=1, encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS, encoder_ffn_dim=2 * WIDTH, decoder_ffn_dim=WIDTH, max_position_embeddings=1024,
        scale_embedding=True, dropout=0, attention_dropout=0, activation_dropout=0)


def xlm_encoder():
    return transformers.XLMRobertaConfig(
        hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=2 * WIDTH,
        max_position_embeddings=514, type_vocab_size=1, hidden_dropout_prob=0, attention_probs_dropout_prob=0)


BUNDLES = {
    "immich-nllb": functools.partial(
        write, real="nllb-clip-base-siglip", pretrained="v1", vocabulary=vocabularies.nllb, seed=1,
        text_model=_nllb_encoder()),
    "immich-siglip2": functools.partial(
        write, real="ViT-B-16-SigLIP2", pretrained="webli", vocabulary=vocabularies.gemma, seed=2),
    "immich-metaclip2": functools.partial(
        write, real="ViT-H-14-worldwide-quickgelu", pretrained="metaclip2_worldwide",
        vocabulary=functools.partial(vocabularies.xlm_roberta), seed=3),
    "immich-pe-core-t": functools.partial(
        write, real="PE-Core-T-16-384", pretrained="meta", vocabulary=vocabularies.openai, seed=4),
    "immich-pe-core-b": functools.partial(
        write, real="PE-Core-B-16", pretrained="meta", vocabulary=vocabularies.openai, seed=5),
    "immich-pe-core-l": functools.partial(
        write, real="PE-Core-L-14-336", pretrained="meta", vocabulary=vocabularies.openai, seed=6),
    "immich-pe-core-g": functools.partial(
        write, real="PE-Core-bigG-14-448", pretrained="meta", vocabulary=vocabularies.openai, seed=7),
    "immich-mobileclip2-s0": functools.partial(
        write, real="MobileCLIP2-S0", pretrained="dfndr2b", vocabulary=vocabularies.openai, seed=8),
    "immich-mobileclip2-s4": functools.partial(
        write, real="MobileCLIP2-S4", pretrained="dfndr2b", vocabulary=vocabularies.openai, seed=9),
    "immich-mobileclip2-l14": functools.partial(
        write, real="MobileCLIP2-L-14", pretrained="dfndr2b", vocabulary=vocabularies.openai, seed=10),
    "immich-mobileclip2-b": functools.partial(
        write, real="MobileCLIP2-B", pretrained="dfndr2b", vocabulary=vocabularies.openai, seed=11),
    "immich-dfn5b": functools.partial(
        write, real="ViT-H-14-quickgelu", pretrained="dfn5b", vocabulary=vocabularies.openai, seed=12),
    "immich-openai": functools.partial(
        write, real="ViT-B-16-quickgelu", pretrained="openai", vocabulary=vocabularies.openai, seed=13),
    "immich-clipa": functools.partial(
        write, real="ViT-L-14-CLIPA", pretrained="datacomp1b", vocabulary=vocabularies.bert, seed=14),
    "immich-siglip": functools.partial(
        write, real="ViT-B-16-SigLIP", pretrained="webli", vocabulary=vocabularies.siglip_of_open_clip, seed=15),
    "immich-xlm-roberta": functools.partial(
        write, real="xlm-roberta-base-ViT-B-32", pretrained="laion5b_s13b_b90k", vocabulary=vocabularies.xlm_roberta,
        seed=16, text_model=xlm_encoder(), patch=16),
}
