"""A small M-CLIP in immich's form: BERT or XLM-R, its tokens averaged, a linear map to the space of an OpenCLIP image
tower."""

import functools
import json

import torch
import transformers

import openclip
import originals
import vocabularies

LENGTH = 77


class MultilingualClip(torch.nn.Module):
    """The text side as multilingual-clip computes it."""

    def __init__(self, transformer):
        super().__init__()
        self.transformer = transformer
        self.LinearTransformation = torch.nn.Linear(openclip.WIDTH, openclip.WIDTH)

    def forward(self, input_ids, attention_mask):
        states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mean = (states * attention_mask[..., None]).sum(dim=1) / attention_mask.sum(dim=1)[:, None]
        return self.LinearTransformation(mean)


class _Normalised(torch.nn.Module):
    def __init__(self, text):
        super().__init__()
        self.text = text

    def forward(self, input_ids, attention_mask):
        return torch.nn.functional.normalize(self.text(input_ids, attention_mask), dim=-1)


def write(folder, pictures, transformer, vocabulary, seed, tokenizer_note):
    openclip.write(folder, pictures, "ViT-L-14", "openai", vocabularies.openai, seed, patch=16)
    tokenizer = vocabulary(folder.parent / ".scratch" / folder.name / "mclip")
    for file in (folder / "textual").iterdir():
        file.unlink()
    tokenizer.save_pretrained(folder / "textual")
    text = originals.randomise(MultilingualClip(transformer(len(tokenizer))), seed + 1)
    given = tokenizer(originals.TEXTS, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="pt")
    ids, mask = given["input_ids"].int(), given["attention_mask"].int()
    originals.centre(text.LinearTransformation.bias, lambda: text(ids, mask))
    torch.onnx.export(
        _Normalised(text).eval(), (ids[:1], mask[:1]), str(folder / "textual/model.onnx"),
        input_names=["input_ids", "attention_mask"], output_names=["embedding"], opset_version=19, dynamo=False)
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    with torch.no_grad():
        originals.write_reference(
            folder, list(reference["pictures"]), torch.tensor(list(reference["pictures"].values())),
            [tokenizer(line, truncation=True, max_length=LENGTH).input_ids for line in originals.TEXTS], text(ids, mask),
            scoring="softmax", scale=100.0, scale_in_bundle=False, libraries=openclip.LIBRARIES,
            exporter="M-CLIP in immich's form", note="config.json is that of the image tower",
            preprocessing=reference["preprocessing"], tokenizer=tokenizer_note)


def _bert(tokens):
    return transformers.BertModel(transformers.BertConfig(
        hidden_size=openclip.WIDTH, num_hidden_layers=openclip.LAYERS, num_attention_heads=openclip.HEADS,
        intermediate_size=2 * openclip.WIDTH, vocab_size=tokens, hidden_dropout_prob=0,
        attention_probs_dropout_prob=0), add_pooling_layer=False)


def _xlm_roberta(tokens):
    config = openclip.xlm_encoder()
    config.vocab_size = tokens
    return transformers.XLMRobertaModel(config, add_pooling_layer=False)


BUNDLES = {
    "immich-mclip-labse": functools.partial(
        write, transformer=_bert, vocabulary=functools.partial(vocabularies.bert, lower_case=False), seed=31,
        tokenizer_note="BertTokenizer cased, 77, with mask"),
    "immich-mclip-xlm-roberta": functools.partial(
        write, transformer=_xlm_roberta, vocabulary=vocabularies.xlm_roberta, seed=33,
        tokenizer_note="XLMRobertaTokenizer, 77, with mask"),
}
