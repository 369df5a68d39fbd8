"""Small tokenizers of the kinds that the families use, with their special tokens, ids and classes.

Each function writes a folder that `AutoTokenizer` of transformers opens as the family's own class.
"""

import io
import json
import unicodedata
from pathlib import Path

import open_clip
import sentencepiece
import sentencepiece.sentencepiece_model_pb2 as sentencepiece_model
import tokenizers
import transformers

HERE = Path(__file__).parent
SENTENCES = (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()


def openai(folder, merges=256):
    """OpenAI's byte pairs, cut after some merges. Returns open_clip's tokenizer with the same ones."""
    import gzip

    lines = gzip.open(open_clip.tokenizer.default_bpe()).read().decode("utf-8").split("\n")
    cut = folder / "bpe.txt.gz"
    folder.mkdir(parents=True, exist_ok=True)
    with open(cut, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as zipped:
        zipped.write("\n".join(lines[: merges + 1]).encode("utf-8"))
    simple = open_clip.tokenizer.SimpleTokenizer(bpe_path=str(cut))
    names = {"<start_of_text>": "<|startoftext|>", "<end_of_text>": "<|endoftext|>"}
    vocabulary = {names.get(token, token): id for token, id in simple.encoder.items()}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines[1 : merges + 1]) + "\n", encoding="utf-8")
    transformers.CLIPTokenizerFast(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77
    ).save_pretrained(folder)
    return simple


def _rules(file):
    """Writes a small part of the rules of SentencePiece's nmt_nfkc: its whole table has 240 KB."""
    rules = {}
    for code in [*range(0x09, 0x0E), 0xA0, *range(0x2000, 0x200C), 0x3000, 0xFEFF]:
        rules[chr(code)] = " "
    rules["▁"] = " "
    for code in [*range(0xB2, 0xBF), 0x2122, *range(0x2460, 0x2474), *range(0xFB00, 0xFB07), *range(0xFF01, 0xFFA0)]:
        folded = unicodedata.normalize("NFKC", chr(code))
        if folded != chr(code):
            rules[chr(code)] = folded
    for code in range(0xC0, 0x180):
        parts = unicodedata.normalize("NFD", chr(code))
        if parts != chr(code):
            rules[parts] = chr(code)
    for base in range(0xFF66, 0xFF9E):
        for mark in "\uff9e\uff9f":
            voiced = unicodedata.normalize("NFKC", chr(base) + mark)
            if len(voiced) == 1:
                rules[chr(base) + mark] = voiced
    with open(file, "w", encoding="utf-8") as out:
        for source, target in sorted(rules.items()):
            out.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")


def _sentence_pieces(file, size, **special):
    """Trains Unigram pieces; writes the model without the paths of this machine."""
    rules = file.with_suffix(".tsv")
    _rules(rules)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 3),
        model_writer=model,
        model_type="unigram",
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_tsv=str(rules),
        minloglevel=2,
        num_threads=1,
        **special,
    )
    rules.unlink()
    parsed = sentencepiece_model.ModelProto.FromString(model.getvalue())
    parsed.ClearField("trainer_spec")
    spec = sentencepiece_model.ModelProto.FromString(model.getvalue()).trainer_spec
    for name in ("model_type", "vocab_size", "unk_id", "bos_id", "eos_id", "pad_id", "unk_piece", "bos_piece",
                 "eos_piece", "pad_piece"):
        setattr(parsed.trainer_spec, name, getattr(spec, name))
    parsed.normalizer_spec.normalization_rule_tsv = ""
    file.write_bytes(parsed.SerializeToString())


def xlm_roberta(folder, tokens=512):
    """XLM-R's and XLM-V's kind: <s> 0, <pad> 1, </s> 2, <unk> 3, the mask last."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = folder / "sentencepiece.bpe.model"
    _sentence_pieces(pieces, 400, unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
    slow = transformers.XLMRobertaTokenizer(str(pieces), model_max_length=tokens)
    return _fast(transformers.XLMRobertaTokenizerFast, slow, folder)


def nllb(folder, tokens=1024):
    """NLLB's kind: XLM-R's ids and the names of 202 languages at the end; the language comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = folder / "sentencepiece.bpe.model"
    _sentence_pieces(pieces, 400, unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
    slow = transformers.NllbTokenizer(str(pieces), src_lang="eng_Latn", model_max_length=tokens)
    return _fast(transformers.NllbTokenizerFast, slow, folder)


def _fast(kind, slow, folder):
    slow.save_pretrained(folder)
    fast = kind.from_pretrained(folder)
    fast.save_pretrained(folder)
    return fast


def siglip_pieces(folder):
    """SigLIP's `spiece.model`: <pad> 0, </s> 1, which is also the padding, <unk> 2."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = folder / "spiece.model"
    _sentence_pieces(pieces, 400, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    return pieces


def siglip(folder):
    """SiglipTokenizer of transformers, which has no fast form: writes `spiece.model` alone."""
    slow = transformers.SiglipTokenizer(str(siglip_pieces(folder)), model_max_length=64)
    slow.save_pretrained(folder)
    return slow


def siglip_of_open_clip(folder):
    """SigLIP's pieces as open_clip has them: T5's fast tokenizer, padded with 1."""
    fast = transformers.T5TokenizerFast(
        str(siglip_pieces(folder)), extra_ids=0, legacy=False, pad_token="</s>", model_max_length=64
    )
    fast.save_pretrained(folder)
    return fast


def gemma(folder):
    """Gemma's byte pairs as SigLIP 2 has them: <pad> 0, <eos> 1, <bos> 2, <unk> 3, bytes, lower case."""
    folder.mkdir(parents=True, exist_ok=True)
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    whole = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    whole.normalizer = tokenizers.normalizers.Sequence(
        [tokenizers.normalizers.Lowercase(), tokenizers.normalizers.Replace(" ", "▁")]
    )
    whole.pre_tokenizer = tokenizers.pre_tokenizers.Split("▁", "merged_with_next")
    whole.train_from_iterator(
        SENTENCES,
        tokenizers.trainers.BpeTrainer(
            vocab_size=640, special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False
        ),
    )
    # the published file splits at spaces, of which its normalizer leaves none
    whole.pre_tokenizer = tokenizers.pre_tokenizers.Split(" ", "merged_with_previous")
    whole.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A <eos>", pair="$A <eos> $B <eos>", special_tokens=[("<eos>", 1)]
    )
    tree = json.loads(whole.to_str())
    tree["added_tokens"] = [token for token in tree["added_tokens"] if token["content"] in special]
    fast = transformers.GemmaTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer.from_str(json.dumps(tree)),
        add_bos_token=False,
        add_eos_token=True,
        padding_side="right",
        model_max_length=64,
    )
    fast.save_pretrained(folder)
    return transformers.AutoTokenizer.from_pretrained(folder)


def bert(folder, lower_case=True, tokens=512):
    """BERT's word pieces: [PAD] 0, [UNK] 100, [CLS] 101, [SEP] 102, [MASK] 103."""
    folder.mkdir(parents=True, exist_ok=True)
    trained = tokenizers.BertWordPieceTokenizer(lowercase=lower_case)
    trained.train_from_iterator(SENTENCES, vocab_size=600, min_frequency=1, show_progress=False)
    special = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]"}
    known = sorted(trained.get_vocab().items(), key=lambda token: token[1])
    lines = [special.get(id, f"[unused{id}]") for id in range(104)]
    lines += [token for token, _ in known if token not in special.values()]
    (folder / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    slow = transformers.BertTokenizer(
        str(folder / "vocab.txt"),
        do_lower_case=lower_case,
        strip_accents=None if lower_case else False,
        model_max_length=tokens,
    )
    return _fast(transformers.BertTokenizerFast, slow, folder)
