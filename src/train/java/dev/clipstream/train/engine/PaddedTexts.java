package dev.clipstream.train.engine;

/// Texts padded to the length of the longest one.
///
/// @param length tokens per row
/// @param ids    `[texts · length]`, 0 for padding
/// @param mask   `[texts · length]`: 1 for a token, 0 for padding
@SuppressWarnings("ArrayRecordComponent") // on their way to the engine
record PaddedTexts(int length, long[] ids, float[] mask) {

    static PaddedTexts of(long[][] texts) {
        int length = 1;
        for (long[] text : texts) {
            length = Math.max(length, text.length);
        }
        long[] ids = new long[texts.length * length];
        float[] mask = new float[ids.length];
        for (int row = 0; row < texts.length; row++) {
            for (int column = 0; column < texts[row].length; column++) {
                ids[row * length + column] = texts[row][column];
                mask[row * length + column] = 1;
            }
        }
        return new PaddedTexts(length, ids, mask);
    }
}
