/// What the environment says about model hubs: addresses, caches, tokens, proxies. The variables are those of the
/// Python clients `huggingface_hub` and `modelscope`.
@NullMarked
package dev.clipstream.clip.hub.environment;

import org.jspecify.annotations.NullMarked;
