package dev.clipstream.train.scene;

import java.nio.charset.StandardCharsets;

/// Decides what is held out from training. The decision is a hash of the item's name, so it needs no list and
/// depends neither on a seed nor on the order of concepts.
public final class Split {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Split() {}

    /// Returns whether an item is held out.
    ///
    /// @param kind kind of item, such as `synonym`
    /// @param name name of the item within its kind
    /// @param of   one in `of` items of the kind is held out
    public static boolean heldOut(String kind, String name, int of) {
        return Long.remainderUnsigned(hash(kind + '\n' + name), of) == 0;
    }

    /// Returns FNV-1a of the UTF-8 bytes, followed by the finalizer of MurmurHash3 because FNV's low bits are weak.
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
