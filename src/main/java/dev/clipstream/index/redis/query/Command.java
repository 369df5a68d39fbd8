package dev.clipstream.index.redis.query;

import java.nio.charset.StandardCharsets;
import redis.clients.jedis.commands.ProtocolCommand;

/// The commands of the query engine. They are sent by hand and their replies read as they come: Jedis would take the
/// blobs in them for text.
enum Command implements ProtocolCommand {
    CREATE("FT.CREATE"),
    DROP_INDEX("FT.DROPINDEX"),
    ALIAS_UPDATE("FT.ALIASUPDATE"),
    LIST("FT._LIST"),
    INFO("FT.INFO"),
    SEARCH("FT.SEARCH"),
    AGGREGATE("FT.AGGREGATE");

    private final String name;

    Command(String name) {
        this.name = name;
    }

    @Override
    public byte[] getRaw() {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
