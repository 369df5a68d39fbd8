package dev.clipstream.index;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How another process finds a store.
///
/// @param location a URL or a folder, as the option `--index` takes it; a password in it is replaced by [#SECRET]
/// @param settings the `index.*` settings that choose the store or give access to it, without `index.`, in the order in
///                 which they are shown; a secret is replaced by [#SECRET]
public record IndexAddress(String location, Map<String, String> settings) {
    /// Stands for a secret, since an address may be printed or logged.
    public static final String SECRET = "PASSWORD";

    public IndexAddress {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
