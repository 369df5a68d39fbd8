package dev.clipstream.index.redis.vectorset;

import java.nio.charset.StandardCharsets;
import redis.clients.jedis.commands.ProtocolCommand;

/// The commands of vector sets that are sent by hand: Jedis sends `FILTER_EF` for `FILTER-EF`, an error.
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
