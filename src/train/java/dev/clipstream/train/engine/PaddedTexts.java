package dev.clipstream.train.engine;

/// Texts filled up to the longest of them.
///
/// @param length tokens of each row
/// @param ids    `[texts · length]`, 0 where a row is filled up
/// @param mask   `[texts · length]`: 1 a token, 0 filling
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
