package dev.clipstream.train.scene;

import java.nio.charset.StandardCharsets;

/// What training never sees: decided by a hash of what it is called, so that no list has to be kept and neither a seed
/// nor the order of concepts plays a part.
public final class Split {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Split() {}

    /// Whether one in `of` such things is held out, and this is one of them.
    ///
    /// @param kind of thing, such as `synonym`
    /// @param name of the thing within its kind
    public static boolean heldOut(String kind, String name, int of) {
        return Long.remainderUnsigned(hash(kind + '\n' + name), of) == 0;
    }

    /// FNV-1a over the UTF-8 bytes, then the finalizer of MurmurHash3, since FNV's low bits are weak.
    public static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
