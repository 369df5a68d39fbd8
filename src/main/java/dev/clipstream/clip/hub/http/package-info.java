/// Connections to model hubs: redirects, tokens, proxies, retries and limits. A hub's answer is hostile: it is bounded,
/// and its text appears in messages only after it has been cleaned.
@NullMarked
package dev.clipstream.clip.hub.http;

import org.jspecify.annotations.NullMarked;
