package dev.clipstream.clip.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ModelFamiliesTest {
    private static final String OPENAI = "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"<|startoftext|>\": 0}}}";
    private static final String ADDED =
            "{\"model\": {\"type\": \"BPE\"}, \"added_tokens\": [{\"content\": \"<|startoftext|>\"}]}";
    private static final String WORD_PIECES = "{\"model\": {\"type\": \"WordPiece\"}}";
    private static final String UNIGRAMS =
            "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<unk>\", 0], [\"</s>\", 0]]}}";
    private static final String XLM_R =
            "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<s>\", 0], [\"<pad>\", 0], [\"</s>\", 0]]}}";
    private static final String GEMMA = "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"<pad>\": 0, \"<eos>\": 1}}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                OPENAI + " ; {} ; OpenAiClip ; CLIP ; OPENAI",
                ADDED + " ; {\"model_type\": \"clip\"} ; OpenAiClip ; CLIP ; OPENAI",
                OPENAI + " ; {\"model_cfg\": {\"name\": \"MobileCLIP-S1\"}} ; MobileClip ; CLIP ; OPENAI",
                WORD_PIECES + " ; {\"model_type\": \"chinese_clip\"} ; ChineseClip ; CHINESE_CLIP ; CHINESE_CLIP",
                UNIGRAMS + " ; {\"model_type\": \"siglip\"} ; Siglip ; SIGLIP ; SIGLIP",
                GEMMA + " ; {\"model_type\": \"siglip2\"} ; Siglip2 ; SIGLIP ; SIGLIP2",
                GEMMA + " ; {\"model_type\": \"siglip\"} ; Siglip2 ; SIGLIP ; SIGLIP2",
                GEMMA + " ; {\"model_type\": \"unheard_of\"} ; Siglip2 ; SIGLIP ; SIGLIP2",
            })
    void aFamilyIsKnownByItsTokenizer(String tokenizer, String config, String type, String name, String kind)
            throws Exception {
        // when
        ModelFamily family = ModelFamilies.recognise(evidence(tokenizer, config), "tokenizer.json");

        // then
        assertThat(family.getClass().getSimpleName()).isEqualTo(type);
        assertThat(family.name()).isEqualTo(name);
        assertThat(family.tokenizerKind()).isEqualTo(kind);
    }

    @Test
    void aTokenizerOfAnotherModelTypeIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() ->
                        ModelFamilies.recognise(evidence(WORD_PIECES, "{\"model_type\": \"clip\"}"), "tokenizer.json"))
                .withMessageContaining("type clip")
                .withMessageContaining("CHINESE_CLIP");
    }

    @Test
    void anUnknownTokenizerIsRefusedByName() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> ModelFamilies.recognise(evidence(XLM_R, "{}"), "textual/tokenizer.json"))
                .withMessageContaining("textual/tokenizer.json")
                .withMessageContaining("Unigram with 3 tokens");
    }

    @Test
    void aMobileClipWithoutItsPreprocessingIsRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> new MobileClip().preprocessing(256, 256))
                .withMessageContaining("preprocessor_config.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{} ; 77 ; 52 ; 64",
                "{\"text_cfg\": {\"context_length\": 32}} ; 32 ; 52 ; 32",
                "{\"text_config\": {\"max_position_embeddings\": 48}} ; 48 ; 52 ; 48",
            })
    void theTextLengthIsTheConfigurationsExceptForChineseClip(String config, int clip, int chinese, int siglip) {
        BundleEvidence evidence = evidence(OPENAI, config);

        assertThat(new OpenAiClip().textLength(evidence)).isEqualTo(clip);
        assertThat(new ChineseClip().textLength(evidence)).isEqualTo(chinese);
        assertThat(new Siglip2().textLength(evidence)).isEqualTo(siglip);
    }

    private static BundleEvidence evidence(String tokenizer, String config) {
        JsonMapper json = JsonMapper.shared();
        return new BundleEvidence(json.readTree(config), json.readTree(tokenizer), Optional.empty());
    }
}
