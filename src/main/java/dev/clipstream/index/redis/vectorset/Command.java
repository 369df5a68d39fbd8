package dev.clipstream.index.redis.vectorset;

import java.nio.charset.StandardCharsets;
import redis.clients.jedis.commands.ProtocolCommand;

/// The commands of vector sets. They are sent as they are, since Jedis sends `FILTER_EF` instead of `FILTER-EF`, an
/// error.
enum Command implements ProtocolCommand {
    VADD,
    VSIM,
    VCARD,
    VEMB;

    @Override
    public byte[] getRaw() {
        return name().getBytes(StandardCharsets.US_ASCII);
    }
}
