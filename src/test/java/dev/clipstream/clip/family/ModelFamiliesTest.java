package dev.clipstream.clip.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.BundleFiles.Layout;
import dev.clipstream.clip.bundle.JsonFile;
import dev.clipstream.clip.bundle.ModelConfig;
import dev.clipstream.clip.bundle.TokenizerFile;
import dev.clipstream.clip.bundle.TokenizerSettings;
import dev.clipstream.clip.text.Normalization;
import dev.clipstream.clip.text.TextRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelFamiliesTest {
    private static final String OPENAI = "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"<|startoftext|>\": 0}}}";
    private static final String ADDED =
            "{\"model\": {\"type\": \"BPE\"}, \"added_tokens\": [{\"content\": \"<|startoftext|>\"}]}";
    private static final String WORD_PIECES =
            "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 0, \"猫\": 1}},"
                    + " \"normalizer\": {\"type\": \"BertNormalizer\", \"lowercase\": false}}";
    private static final String UNCASED = "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 0, \"猫\": 1}},"
            + " \"normalizer\": {\"type\": \"BertNormalizer\", \"lowercase\": true}}";
    private static final String UNIGRAMS =
            "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<unk>\", 0], [\"</s>\", 0]]},"
                    + " \"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Precompiled\"}]}}";
    private static final String UNFOLDED =
            "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<unk>\", 0], [\"</s>\", 0]]},"
                    + " \"normalizer\": {\"type\": \"Lowercase\"}}";
    private static final String XLM_R =
            "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<s>\", 0], [\"<pad>\", 0], [\"</s>\", 0]]}}";
    private static final String GEMMA = "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"<pad>\": 0, \"<eos>\": 1}}}";

    private static final String CLIPA = "{\"text_cfg\": {\"context_length\": 32, \"hf_tokenizer_name\":"
            + " \"bert-base-uncased\", \"tokenizer_kwargs\": {\"strip_sep_token\": true}}}";
    private static final String SIGLIP_OF_OPEN_CLIP =
            "{\"init_logit_bias\": -10, \"text_cfg\": {\"context_length\": 64,"
                    + " \"hf_tokenizer_name\": \"timm/ViT-B-16-SigLIP\", \"tokenizer_kwargs\": {\"clean\":"
                    + " \"canonicalize\"}}}";
    private static final String NLLB_SIGLIP =
            "{\"init_logit_bias\": -10, \"text_cfg\": {\"hf_model_name\":" + " \"facebook/nllb-200-distilled-600M\"}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                OPENAI + " ; {} ; OpenAiClip ; CLIP ; OPENAI 77",
                ADDED + " ; {\"model_type\": \"clip\"} ; OpenAiClip ; CLIP ; OPENAI 77",
                OPENAI
                        + " ; {\"model_cfg\": {\"text_cfg\": {}, \"name\": \"MobileCLIP-S1\"}} ; MobileClip ; CLIP ; OPENAI 77",
                OPENAI + " ; {\"text_cfg\": {\"context_length\": 32}} ; PeCore ; CLIP ; OPENAI 32",
                OPENAI + " ; {\"text_cfg\": {\"context_length\": 76}} ; OpenAiClip ; CLIP ; OPENAI 76",
                OPENAI + " ; {\"text_cfg\": {\"tokenizer_kwargs\": {\"clean\": \"whitespace\"}}} ; OpenAiClip ; CLIP ;"
                        + " OPENAI_WHITESPACE 77 0",
                WORD_PIECES
                        + " ; {\"model_type\": \"chinese_clip\", \"text_config\": {\"max_position_embeddings\": 512}}"
                        + " ; ChineseClip ; CHINESE_CLIP ; CHINESE_CLIP 52",
                WORD_PIECES + " ; " + CLIPA + " ; OpenClipText ; OPEN_CLIP ; OPEN_CLIP_WHITESPACE_WITHOUT_END 32 0",
                WORD_PIECES + " ; {\"model_type\": \"jina_clip\"} ; JinaClip ; JINA_CLIP ; FILE 512 0",
                WORD_PIECES + " ; {} ; ByItsFiles ; OTHER ; FILE 77 0",
                UNCASED + " ; {} ; ByItsFiles ; OTHER ; FILE 77 0",
                UNCASED + " ; {\"model_type\": \"align\"} ; ByItsFiles ; OTHER ; FILE 77 0",
                UNIGRAMS + " ; {\"model_type\": \"siglip\"} ; Siglip ; SIGLIP ; SIGLIP 64",
                UNIGRAMS + " ; {} ; Siglip ; SIGLIP ; SIGLIP 64",
                UNFOLDED + " ; {} ; Siglip ; SIGLIP ; SIGLIP_NFKC 64 1",
                XLM_R + " ; {\"text_cfg\": {\"hf_model_name\": \"xlm-roberta-base\"}} ; OpenClipText ; OPEN_CLIP ;"
                        + " OPEN_CLIP_WHITESPACE 77 1",
                XLM_R + " ; " + NLLB_SIGLIP + " ; OpenClipText ; OPEN_CLIP ; OPEN_CLIP_WHITESPACE 77 1",
                XLM_R + " ; {\"model_type\": \"metaclip_2\"} ; MetaClip2 ; METACLIP_2 ; FILE 77 1",
                XLM_R + " ; {\"model_type\": \"unheard_of\"} ; ByItsFiles ; OTHER ; FILE 77 1",
                GEMMA + " ; {\"model_type\": \"siglip2\"} ; Siglip2 ; SIGLIP ; SIGLIP2 64",
                GEMMA + " ; {\"model_type\": \"siglip\"} ; Siglip2 ; SIGLIP ; SIGLIP2 64",
                GEMMA + " ; {\"model_type\": \"fgclip2\"} ; FgClip2 ; FG_CLIP2 ; FG_CLIP2 64 0",
            })
    void theConfigurationDecidesTheFamilyAndItsRulesForTexts(
            String tokenizer, String config, String type, String name, String rules) throws Exception {
        // given
        BundleEvidence evidence = evidence(tokenizer, config, false);

        // when
        ModelFamily family = ModelFamilies.recognise(evidence).value();

        // then
        assertThat(family.getClass().getSimpleName()).isEqualTo(type);
        assertThat(family.name()).isEqualTo(name);
        assertThat(family.texts(evidence).signature()).isEqualTo(rules);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                WORD_PIECES + " ; {\"model_type\": \"clip\"} ; type clip ; WordPiece with 2 tokens",
                OPENAI + " ; {\"model_type\": \"siglip\"} ; type siglip ; BPE",
                XLM_R + " ; {\"text_cfg\": {}} ; OpenAI's CLIP ; Unigram with 3 tokens",
                XLM_R + " ; " + CLIPA + " ; bert-base-uncased ; Unigram with 3 tokens",
                OPENAI + " ; " + SIGLIP_OF_OPEN_CLIP + " ; timm/ViT-B-16-SigLIP ; BPE",
            })
    void aTokenizerThatTheConfiguredFamilyCannotHaveIsRefusedWithBothFiles(
            String tokenizer, String config, String expected, String found) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelFamilies.recognise(evidence(tokenizer, config, false)))
                .withMessageContainingAll(expected, "config.json", found, "tokenizer.json");
    }

    @Test
    void aTextTowerWithMaskBesideAnImageTowersConfigurationIsBelievedByItsFiles() throws Exception {
        // given immich's arrangement of M-CLIP
        BundleEvidence evidence = evidence(WORD_PIECES, "{\"text_cfg\": {\"vocab_size\": 49408}}", true);

        // when
        ModelFamily family = ModelFamilies.recognise(evidence).value();

        // then
        assertThat(family).isInstanceOf(ByItsFiles.class);
        assertThat(family.texts(evidence).normalization().value()).isEqualTo(Normalization.FILE);
    }

    @Test
    void theVocabularyOfTheChineseBertIsTakenForChineseClipsWithADoubt() throws Exception {
        // given
        ObjectNode tokenizer = (ObjectNode) JsonMapper.shared().readTree(UNCASED);
        ObjectNode vocabulary = (ObjectNode) tokenizer.path("model").path("vocab");
        for (int id = vocabulary.size(); id < 21_128; id++) {
            vocabulary.put("##" + id, id);
        }

        // when
        BundleEvidence silent = evidence(tokenizer.toString(), "{}", false);
        BundleEvidence other = evidence(tokenizer.toString(), "{\"model_type\": \"align\"}", false);
        BundleEvidence openClips =
                new BundleEvidence(silent.config(), silent.tokenizer(), Optional.of(Layout.IMMICH), false);

        // then
        assertThat(ModelFamilies.recognise(silent).value())
                .isInstanceOf(ChineseClip.class)
                .satisfies(family -> assertThat(family.doubt(silent))
                        .hasValueSatisfying(doubt -> assertThat(doubt).contains("Chinese-CLIP")));
        assertThat(ModelFamilies.recognise(other).value()).isInstanceOf(ByItsFiles.class);
        assertThat(ModelFamilies.recognise(openClips).value()).isInstanceOf(ByItsFiles.class);
    }

    @Test
    void aModelOfAnotherTypeWithOpenAisVocabularyLeavesADoubt() throws Exception {
        // given
        BundleEvidence owl = evidence(OPENAI, "{\"model_type\": \"owlvit\"}", false);
        BundleEvidence silent = evidence(OPENAI, "{}", false);

        // when, then
        assertThat(ModelFamilies.recognise(owl).value().doubt(owl))
                .hasValueSatisfying(doubt -> assertThat(doubt).contains("type owlvit"));
        assertThat(ModelFamilies.recognise(silent).value().doubt(silent)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2147483648, 512", "8194, 512", "256, 256"})
    void jinaClipCutsTextsAsItsOwnCodeUnlessItsFilesCutThemEarlier(long most, int length) throws Exception {
        // given
        BundleEvidence evidence =
                evidence(XLM_R, "{\"model_type\": \"jina_clip\"}", "{\"model_max_length\": " + most + "}", false);

        // when
        TextRules rules = ModelFamilies.recognise(evidence).value().texts(evidence);

        // then
        assertThat(rules.length().value()).isEqualTo(length);
    }

    @Test
    void everyRuleForTextsNamesItsSource() throws Exception {
        // given
        BundleEvidence evidence = evidence(WORD_PIECES, CLIPA, false);

        // when
        TextRules rules = ModelFamilies.recognise(evidence).value().texts(evidence);

        // then
        assertThat(rules.decisions())
                .allSatisfy(decision -> assertThat(decision.source()).isNotBlank());
        assertThat(rules.length()).isEqualTo(new Decided<>(32, "config.json"));
        assertThat(rules.pad()).isEqualTo(new Decided<>(0L, "tokenizer.json"));
    }

    @Test
    void twoPaddingTokensAreRefusedUnlessAMaskLeavesThePaddingOut() throws Exception {
        // given a file that pads with 0, beside one that pads with 2
        String tokenizer = XLM_R.replaceFirst("\\}$", ", \"padding\": {\"pad_id\": 0}}");
        String settings = "{\"pad_token\": {\"content\": \"</s>\"}}";
        String config = "{\"model_type\": \"metaclip_2\"}";

        // when, then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new MetaClip2().texts(evidence(tokenizer, config, settings, false)))
                .withMessageContainingAll("tokenizer_config.json", "tokenizer.json", "2 and 0");
        assertThat(new MetaClip2()
                        .texts(evidence(tokenizer, config, settings, true))
                        .pad()
                        .value())
                .isEqualTo(2);
    }

    @Test
    void anUnknownOptionOfOpenClipsTokenizerIsRefused() {
        BundleEvidence evidence = evidence(
                XLM_R, NLLB_SIGLIP.replace("}}", ", \"tokenizer_kwargs\": {\"tokenizer_mode\": \"clips\"}}}"), false);

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new OpenClipText().texts(evidence))
                .withMessageContainingAll("tokenizer_kwargs", "tokenizer_mode");
    }

    @Test
    void openClipsFirstBiasMakesAModelScoreBySigmoid() {
        assertThat(new OpenClipText()
                        .scoring(evidence(XLM_R, NLLB_SIGLIP, false))
                        .kind())
                .isEqualTo(Scoring.Kind.SIGMOID);
        assertThat(new OpenClipText().scoring(evidence(XLM_R, CLIPA, false)).kind())
                .isEqualTo(Scoring.Kind.SOFTMAX);
    }

    @Test
    void aTokenizerWithoutConfigurationOrKnownVocabularyIsRefusedByName() {
        String words = "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {}}}";

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelFamilies.recognise(evidence(words, "{}", false)))
                .withMessageContainingAll("config.json", "WordLevel");
    }

    @Test
    void aMobileClipWithoutItsPreprocessingIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new MobileClip().preprocessing(evidence(OPENAI, "{}", false), 256, 256))
                .withMessageContaining("preprocessor_config.json");
    }

    private static BundleEvidence evidence(String tokenizer, String config, boolean masked) {
        return evidence(tokenizer, config, "{}", masked);
    }

    private static BundleEvidence evidence(String tokenizer, String config, String settings, boolean masked) {
        JsonMapper json = JsonMapper.shared();
        TokenizerFile file = new TokenizerFile(
                Path.of("tokenizer.json"),
                "tokenizer.json",
                (ObjectNode) json.readTree(tokenizer),
                new TokenizerSettings(List.of(new JsonFile("tokenizer_config.json", json.readTree(settings)))),
                Optional.empty());
        return new BundleEvidence(
                new ModelConfig("config.json", json.readTree(config)), file, Optional.empty(), masked);
    }
}
